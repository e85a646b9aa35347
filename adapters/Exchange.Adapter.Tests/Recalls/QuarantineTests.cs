using Exchange.Adapter.Recalls;
using Exchange.Adapter.Sources;
using Exchange.Adapter.Tests.Answering;
using Exchange.Protocol.DataSets;
using Exchange.V1;
using Google.Protobuf;
using Records.Tax.V1;

namespace Exchange.Adapter.Tests.Recalls;

/// <summary>Somebody under recall, as a requester hears of them.</summary>
public sealed class QuarantineTests
{
    const string Recalled = "4711", Other = "4712", Unknown = "nobody";

    static readonly DataSetContract guarded = DataSetCatalogue.ResidentTax, open = DataSetCatalogue.Income;
    static readonly TimeSpan wait = TimeSpan.FromMilliseconds(9_950), timeout = TimeSpan.FromMilliseconds(9_900), pace = TimeSpan.FromMilliseconds(100);

    [Fact]
    public async Task Nothing_is_read_of_whoever_is_under_recall_and_everybody_else_is_answered_as_ever()
    {
        var read = new List<string>();
        await using var agency = Agency((_, person) => read.Add(person));
        Begin(agency);
        Assert.Equal(AnswerStatus.Quarantined, await Open(agency, Recalled));
        Assert.Empty(read);
        Assert.Equal(AnswerStatus.Found, await Open(agency, Other));
        Assert.Equal([Other], read);
        Assert.Equal([AnswerStatus.Found, AnswerStatus.Quarantined], agency.Journal.Answered.Recent(10).Select(one => one.Status));
    }

    [Fact]
    public async Task Of_a_protected_data_set_whoever_is_under_recall_is_answered_like_somebody_unknown()
    {
        await using var agency = Agency((_, _) => { });
        Begin(agency);
        var (recalled, unknown) = (await Guarded(agency, Recalled), await Guarded(agency, Unknown));
        Assert.Equal((AnswerStatus.NotFound, unknown.Size, unknown.Content), (recalled.Status, recalled.Size, recalled.Content));
    }

    [Fact]
    public async Task Whoever_is_at_risk_and_under_recall_is_answered_like_somebody_unknown_in_any_data_set()
    {
        await using var agency = Agency((_, _) => { });
        Begin(agency);
        agency.Protected.Mark(Recalled, needsApproval: true, hidesHistory: false, "suzuki", "desk");
        Assert.Equal(AnswerStatus.NotFound, await Open(agency, Recalled));
    }

    [Fact]
    public async Task A_recall_that_begins_while_the_record_is_read_is_in_force_for_that_answer()
    {
        await using var agency = Agency((agency, _) => Begin(agency));
        Assert.Equal(AnswerStatus.Quarantined, await Open(agency, Recalled));
    }

    static AnsweringAgency Agency(Action<AnsweringAgency, string> reading)
    {
        var agency = new AnsweringAgency((agency, person, _) =>
        {
            reading(agency, person);
            return Task.FromResult<SourceRecord?>(new SourceRecord(new IncomeStatement { Year = 2025, TotalIncome = 1 }, 1, "r", 0));
        });
        agency.Enrol(Recalled);
        agency.Enrol(Other);
        return agency;
    }

    static void Begin(AnsweringAgency agency) => Assert.True(agency.Recalls.TryKeep(
        new OwnRecall(ByteString.CopyFrom(new byte[16]), new RecallContent { Kind = NoticeKind.Recall, Person = Recalled, Official = "endo", BegunUnixMs = 1 })));

    static async Task<AnswerStatus> Open(AnsweringAgency agency, string person)
    {
        var (_, asked) = agency.Ask(person, open, wait, timeout);
        return (await agency.Answered(asked, open)).Status;
    }

    static async Task<(AnswerStatus Status, int Size, Answer Content)> Guarded(AnsweringAgency agency, string person)
    {
        var leaves = agency.Time.GetUtcNow() + pace;
        var waits = agency.Time.Awaited(leaves);
        var (_, asked) = agency.Ask(person, guarded, wait, timeout);
        await AnsweringAgency.InTime(waits);
        agency.Time.Advance(leaves - agency.Time.GetUtcNow());
        var (status, size, at, content) = await agency.Answered(asked, guarded);
        Assert.Equal(leaves, at);
        content.Blind = ByteString.Empty;
        return (status, size, content);
    }
}
