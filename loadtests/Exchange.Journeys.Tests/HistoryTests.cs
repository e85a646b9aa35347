using Exchange.Adapter.Asking;
using Exchange.Journeys.Tests.Running;
using Exchange.Protocol.DataSets;
using Exchange.Sandbox.Files;
using Exchange.Sandbox.Residents;
using Exchange.V1;
using Google.Protobuf;
using Records.History.V1;

namespace Exchange.Journeys.Tests;

/// <summary>A resident asks at the counter of their town who looked at their records elsewhere, as docs/how-to/who-looked.md says.</summary>
public sealed class HistoryTests(RunningExchange exchange)
{
    public const string Task = "access-to-own-records";

    const string Chiyoda = RunningExchange.Chiyoda, Osaka = RunningExchange.Osaka, Tax = RunningExchange.Tax, Pension = ExchangePlan.Pension;

    static readonly DataSetContract taxHistory = DataSetCatalogue.TaxHistory;

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_a_town_asked_is_told_with_task_fields_and_law_and_neither_official_nor_case()
    {
        var resident = exchange.ChiyodaResident(13);
        var asked = await exchange.Ask(Chiyoda, resident.TownKey, official: "official-7391", caseId: "case-7391");
        Assert.Equal(AnswerStatus.Found, asked.Status);

        var told = await Ask(resident, taxHistory);

        Assert.Equal(AnswerStatus.Found, told.Status);
        var entry = Entries(told).Single(one => one.RequestId == Convert.ToHexStringLower(asked.Receipt!.RequestId.Span));
        Assert.Equal((Chiyoda, RunningExchange.Benefits, RunningExchange.Income, Outcome.Found), (entry.Requester, entry.Task, entry.DataSet, entry.Outcome));
        Assert.Equal("Number Act article 19 (8), benefit eligibility", entry.LegalBasis);
        Assert.Equal(["year", "assessment_state", "total_income", "taxable_income", "total_deductions", "dependants", "municipal_income_levy", "prefectural_income_levy"], entry.Fields);
        Assert.DoesNotContain("7391", $"{History.Parser.ParseFrom(told.Record)}", StringComparison.Ordinal);
        // Whoever asked for the history stands in the next.
        Assert.Equal((Chiyoda, Task, taxHistory.Id), Entries(await Ask(resident, taxHistory)).Select(one => (one.Requester, one.Task, one.DataSet)).First());
    }

    [Fact]
    public async Task What_was_told_as_yes_or_no_stands_by_the_name_of_what_was_asked()
    {
        var resident = exchange.ChiyodaResident(14);
        var request = new AskRequest(resident.TownKey, Tax, "price-relief", RunningExchange.Income, RunningExchange.Question(RunningExchange.Income), "official-1", "case-1", null, ByteString.Empty) { Predicates = ["low-income"] };
        Assert.Equal(AnswerStatus.Found, (await exchange.Parts.Asker(Chiyoda).Ask(request, Stop)).Status);

        var entry = Entries(await Ask(resident, taxHistory)).First(one => one.Task == "price-relief");

        Assert.Equal(["low-income"], entry.Predicates);
        Assert.Empty(entry.Fields);
    }

    [Fact]
    public async Task Pension_service_and_the_other_town_tell_theirs_and_whoever_is_not_held_there_is_not_found()
    {
        var insured = exchange.Folder.Residents.First(one => one is { Town: Chiyoda, IsKnownToPension: true });
        Assert.Equal(AnswerStatus.Found, (await Ask(insured, DataSetCatalogue.PensionHistory, Pension)).Status);
        Assert.Equal(AnswerStatus.Found, (await Ask(Newcomers.Moved(exchange.Folder), DataSetCatalogue.MunicipalityHistory, Osaka)).Status);
        Assert.Equal(AnswerStatus.NotFound, (await Ask(exchange.ChiyodaResident(5), DataSetCatalogue.MunicipalityHistory, Osaka)).Status);
    }

    Task<AskOutcome> Ask(Resident resident, DataSetContract history, string provider = Tax) =>
        exchange.Parts.Asker(Chiyoda).Ask(Request(resident, history, provider), Stop);

    internal static AskRequest Request(Resident resident, DataSetContract history, string provider = Tax) =>
        new(resident.TownKey, provider, Task, history.Id, new HistoryQuestion().ToByteString(), "official-1", "counter-1", null, ByteString.Empty);

    internal static IEnumerable<HistoryEntry> Entries(AskOutcome outcome) => History.Parser.ParseFrom(outcome.Record).Entries;
}
