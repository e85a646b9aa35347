using Agency.V1;
using Exchange.Adapter;
using Exchange.Adapter.Jobs;
using Exchange.Adapter.Sources;
using Exchange.Adapter.Tests;
using Exchange.Adapter.Tests.Jobs;
using Exchange.Tax.Assessment;
using Exchange.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Records.Municipality.V1;
using Records.Pension.V1;

namespace Exchange.Tax.Tests.Assessment;

public sealed class AssessmentApiTests
{
    const string All = "{ task: income-assessment, data_sets: [pension.payments.v1, municipality.household.v1] }";

    [Fact]
    public async Task A_list_of_strangers_with_bad_lines_and_duplicates_ends_in_a_report_of_all_of_them()
    {
        await using var agency = await RunningAgency.Start(TaxAgency.Kind, All);
        await File.WriteAllTextAsync(agency["people.csv"], "person\nnobody\n\nnobody\n", CancellationToken.None);
        Assert.Equal(1, await Assess(agency));
        var report = await File.ReadAllLinesAsync(agency["report.csv"], CancellationToken.None);
        Assert.Equal("line,person,outcome,declared_income,declared_dependants,pension_paid,pension_tax_withheld,household_members,findings,messages,request_ids,as_of", report[0]);
        // This agency describes no sources, so this agency's own cannot be read either.
        Assert.StartsWith("2,nobody,INCOMPLETE,,,,,,SOURCE_UNAVAILABLE PERSON_UNKNOWN,", report[1], StringComparison.Ordinal);
        Assert.Equal(["3,,BAD_LINE,,,,,,BAD_LINE,'person' is missing,,", "4,nobody,DUPLICATE,,,,,,DUPLICATE,the same person as line 2,,"], report[2..]);
    }

    [Theory]
    [InlineData("{ task: income-assessment, data_sets: [pension.payments.v1] }", "2025")]
    [InlineData(All, "25")]
    public async Task A_caller_that_may_ask_a_part_of_it_only_and_a_year_that_is_none_could_not_run(string mayAsk, string year)
    {
        await using var agency = await RunningAgency.Start(TaxAgency.Kind, mayAsk);
        await File.WriteAllTextAsync(agency["people.csv"], "person\nnobody\n", CancellationToken.None);
        Assert.Equal(2, await Assess(agency, "--year", year));
        Assert.False(File.Exists(agency["report.csv"]));
    }

    [Fact]
    public void Every_mistake_of_a_purpose_is_told_at_once_and_without_a_year_it_is_the_one_before()
    {
        var mistakes = new List<string>();
        Assert.Null(AssessedYear.Read(new AssessmentPurpose { Year = 3000, MaxAge = new Duration { Nanos = -1 } }, new DateOnly(2026, 6, 1), mistakes));
        Assert.Null(AssessedYear.Read(null, new DateOnly(2026, 6, 1), mistakes));
        Assert.Equal(
            [
                "'purpose.official' is missing", "'purpose.year' must be a year from 1900 to 2999", "'purpose.max_age' must be from 0 s to ten years",
                "'purpose' is missing from the first message",
            ],
            mistakes);
        Assert.Equal(
            new AssessedYear(2025) { MaxAge = TimeSpan.FromMinutes(5) },
            AssessedYear.Read(new AssessmentPurpose { Official = "suzuki", MaxAge = Duration.FromTimeSpan(TimeSpan.FromMinutes(5)) }, new DateOnly(2026, 6, 1), []));
        Assert.Equal(new AssessedYear(2025), AssessedYear.Read(new AssessmentPurpose { Official = "suzuki" }, new DateOnly(2026, 6, 1), []));
    }

    [Fact]
    public async Task Pension_service_and_municipality_of_1_January_after_the_year_are_asked_and_a_bad_item_asks_nobody()
    {
        var asked = new List<(string, string, string, IMessage)>();
        var assessor = new Assessor(
            (person, provider, dataSet, question) =>
            {
                asked.Add((person, provider, dataSet.Id, question));
                return Task.FromResult(Outcomes.Refused(Reason.ProviderUnavailable));
            },
            new OwnRecords(AgencyData.None), new AssessedYear(2025));
        var wrong = await assessor.Assess(new ListItem(3, "4711", Findings.Of("DUPLICATE", "twice")), CancellationToken.None);
        Assert.Equal((3UL, "4711", AssessmentOutcome.Incomplete, "DUPLICATE"), (wrong.Id, wrong.Person, wrong.Outcome, wrong.Findings.Single().Code));
        Assert.Empty(asked);
        Assert.Equal((4UL, AssessmentOutcome.Incomplete), await assessor.Assess(new ListItem(4, "4712", null), CancellationToken.None) is { } result ? (result.Id, result.Outcome) : default);
        Assert.Equal(
            [
                ("4712", "pension", "pension.payments.v1", new PaymentsQuestion { Year = 2025 }),
                ("4712", "residence:2026-01-01", "municipality.household.v1", new HouseholdQuestion()),
            ],
            asked);
    }

    [Theory]
    [InlineData(2024, 10, 10)]
    [InlineData(2025, -10, 10)]
    [InlineData(2025, 10, -10)]
    public async Task Payments_of_another_year_or_of_less_than_nothing_are_no_answer(int year, long total, long amount)
    {
        var assessor = new Assessor(
            (_, _, dataSet, _) => Task.FromResult(dataSet.ProviderKind == "pension"
                ? Outcomes.Found("jp.pension", new Payments { Year = year, Kind = PensionKind.OldAge, TotalPaid = total, Payments_ = { new Payment { Amount = amount } } })
                : Outcomes.Found("jp.mun.131016", new Household())),
            new OwnRecords(AgencyData.None), new AssessedYear(2025));
        var result = await assessor.Assess(new ListItem(1, "4711", null), CancellationToken.None);
        Assert.Equal((AssessmentOutcome.Incomplete, false), (result.Outcome, result.HasPensionPaid));
        Assert.Contains(result.Findings, one => (one.Code, one.Provider) == ("ANSWER_INVALID", "jp.pension"));
        // What was not used is no source of the result.
        Assert.Equal([("jp.mun.131016", "municipality.household.v1")], result.Sources.Select(one => (one.Provider, one.DataSet)));
    }

    static Task<int> Assess(RunningAgency agency, params string[] more) => AdapterProgram.Run(TaxAgency.Kind,
    [
        "assess", "--api", agency.Address, "--ca", agency["ca.pem"], "--token", agency["token"], "--list", agency["people.csv"], "--report", agency["report.csv"], "--official", "suzuki", .. more,
    ]);
}
