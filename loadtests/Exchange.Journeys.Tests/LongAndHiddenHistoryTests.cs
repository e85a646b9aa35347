using Exchange.Adapter.Asking;
using Exchange.Adapter.Protection;
using Exchange.Journeys.Tests.Running;
using Exchange.Protocol.DataSets;
using Exchange.Protocol.Lookups;
using Exchange.Protocol.Sessions;
using Exchange.Sandbox.Residents;
using Exchange.V1;
using Google.Protobuf;
using Records.History.V1;

namespace Exchange.Journeys.Tests;

/// <summary>A history that is longer than an answer, and those that nobody is told.</summary>
public sealed class LongAndHiddenHistoryTests(LongAndHiddenHistoryTests.Own own) : IClassFixture<LongAndHiddenHistoryTests.Own>
{
    public sealed class Own : OwnExchange;

    const string Chiyoda = RunningExchange.Chiyoda, Tax = RunningExchange.Tax;

    static readonly DataSetContract taxHistory = DataSetCatalogue.TaxHistory;

    readonly RunningExchange exchange = own.Exchange;

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_long_history_is_told_to_its_end_in_pages_of_one_moment()
    {
        const int Lookups = 70;
        var resident = exchange.ChiyodaResident(4);
        await Parallel.ForAsync(0, Lookups, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (_, _) => Assert.Null((await exchange.Ask(Chiyoda, resident.TownKey)).Refusal));

        var whole = await WholeRecord.Ask(exchange.Parts.Asker(Chiyoda).Ask, HistoryTests.Request(resident, taxHistory), Stop);

        Assert.Equal(AnswerStatus.Found, whole.Status);
        Assert.True(whole.Receipts.Count > 1);
        Assert.Equal(Lookups, HistoryTests.Entries(whole).Count(one => one.DataSet == RunningExchange.Income));
        Assert.DoesNotContain(HistoryTests.Entries(whole), one => one.DataSet == taxHistory.Id);
    }

    [Fact]
    public async Task Whose_history_is_hidden_and_who_is_at_risk_are_answered_like_somebody_unknown_and_the_hub_sees_no_difference()
    {
        var (hidden, atRisk, ordinary) = (exchange.ChiyodaResident(1), exchange.ChiyodaResident(2), exchange.ChiyodaResident(3));
        exchange.At<ProtectedPeople>(Tax).Mark(hidden.TaxKey, needsApproval: false, hidesHistory: true, "suzuki", "desk");
        exchange.At<ProtectedPeople>(Tax).Mark(atRisk.TaxKey, needsApproval: true, hidesHistory: false, "suzuki", "desk");
        Assert.Equal(AnswerStatus.Found, (await exchange.Ask(Chiyoda, hidden.TownKey)).Status);

        var unknown = exchange.Folder.Residents.Single(one => one.IsUnknownToTax);
        using var town = new AgencyByHand(exchange, unknown.Town);
        using var session = await town.Open(Tax);
        using var chiyoda = new AgencyByHand(exchange, Chiyoda);
        using var sessionOfChiyoda = await chiyoda.Open(Tax);
        var nobody = await Heard(town, session, unknown);

        Assert.Equal((AnswerStatus.NotFound, true), (nobody.Status, nobody.Answer.Record.IsEmpty));
        Assert.Equal(nobody, await Heard(chiyoda, sessionOfChiyoda, hidden));
        Assert.Equal(nobody, await Heard(chiyoda, sessionOfChiyoda, atRisk));
        var found = await Heard(chiyoda, sessionOfChiyoda, ordinary);
        Assert.Equal((AnswerStatus.Found, nobody.Size, nobody.Entry), (found.Status, found.Size, found.Entry));
    }

    /// <summary>What the requester opens, and the hub's entry without what is different for every question.</summary>
    async Task<(AnswerStatus Status, Answer Answer, int Size, string Entry)> Heard(AgencyByHand town, RequesterSession session, Resident resident)
    {
        var asked = town.Cold(session, resident.TownKey, taxHistory.Id, HistoryTests.Task, query: new HistoryQuestion().ToByteString());
        var response = await town.Ask(asked.Message);
        Assert.True(session.TryOpen(asked, response.Answer, taxHistory.DeclaredSize, out var opened, out var reason), reason.ToString());
        var entry = (await exchange.Logged(response.Receipt.RequestId)).Clone();
        (entry.RequestId, entry.QuestionCommitment, entry.AnswerCommitment, entry.Requester) = (ByteString.Empty, ByteString.Empty, ByteString.Empty, "");
        var answer = opened.Answer.Clone();
        answer.Blind = ByteString.Empty;
        return (opened.Status, answer, response.Answer.CalculateSize(), $"{entry}");
    }
}
