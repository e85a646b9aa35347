using Agency.V1;
using Dapper;
using Exchange.Journeys.Tests.Running;
using Exchange.Sandbox.Files;
using Exchange.Sandbox.Residents;
using Microsoft.Data.Sqlite;

namespace Exchange.Journeys.Tests;

/// <summary>Lists that an office has, with everything in them that offices meet, through the whole exchange.</summary>
public sealed class ListJobsTests(ListJobsTests.Own own) : IClassFixture<ListJobsTests.Own>
{
    public sealed class Own : OwnExchange
    {
        /// <summary>Enough people for one who lived abroad and one with two addresses.</summary>
        public Own() => Exchange = new RunningExchange { Plan = new ExchangePlan { People = 220, Connections = 1, Quota = (50_000, 100_000) }, Prepare = HoldTwice };

        /// <summary>A resident of Chiyoda whom Osaka has as well, with other dates, and the pension service in both.</summary>
        static void HoldTwice(ExchangeFolder folder)
        {
            var person = Conflicting(folder.Residents);
            Execute(folder.Agency(ExchangePlan.Osaka).Records("town.db"), """
                INSERT INTO resident VALUES ('C-1', @Number);
                INSERT INTO household VALUES ('C-1', 'HEAD', '2024-05-01', NULL, NULL, NULL);
                """, person);
            Execute(folder.Agency(ExchangePlan.Pension).Records("pension.db"), "INSERT INTO address VALUES (@PensionKey, '2024-05-01', NULL, '271004')", person);
        }

        static void Execute(string database, string sql, Resident person)
        {
            using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = database, Pooling = false }.ConnectionString);
            connection.Open();
            connection.Execute(sql, person);
        }
    }

    RunningExchange Exchange => own.Exchange;

    [Fact]
    public async Task Everybody_of_a_list_is_named_with_an_outcome_and_whoever_was_asked_stands_in_the_log()
    {
        Resident[] insured = [.. Exchange.Folder.ResidentsOf(Exchange.Folder.Agency(ExchangePlan.Pension))];
        var conflicting = Conflicting(insured);
        var plain = insured.Where(one => one is { MovedTo: null, WasAbroad: false, IsInDoubt: false, IsUnenrolled: false, IsUnknownToTax: false } && one != conflicting).ToArray();
        Resident abroad = insured.First(one => one.WasAbroad), doubtful = insured.First(one => one.IsInDoubt), moved = insured.First(one => one.MovedTo is not null);

        var results = await Link(ExchangePlan.Pension, [plain[0].PensionKey, plain[^1].PensionKey, moved.PensionKey, doubtful.PensionKey, abroad.PensionKey, conflicting.PensionKey, "P-nobody", plain[0].PensionKey, ""]);

        Assert.Equal(9, results.Count);
        Assert.Equal((LinkingOutcome.Linked, ExchangePlan.Chiyoda), (results[0].Outcome, results[0].Municipality));
        Assert.Equal((LinkingOutcome.Linked, ExchangePlan.Osaka), (results[1].Outcome, results[1].Municipality));
        Assert.Equal((LinkingOutcome.Linked, ExchangePlan.Chiyoda), (results[2].Outcome, results[2].Municipality));
        // Two towns were asked, and the one that has them answered.
        Assert.Equal((LinkingOutcome.Linked, ExchangePlan.Osaka), (results[3].Outcome, results[3].Municipality));
        Assert.Equal((LinkingOutcome.Conflicting, "MOVED_ABROAD"), (results[4].Outcome, Codes(results[4])));
        Assert.Equal((LinkingOutcome.Conflicting, "RECORDS_CONFLICT RECORDS_CONFLICT"), (results[5].Outcome, Codes(results[5])));
        Assert.Equal([ExchangePlan.Chiyoda, ExchangePlan.Osaka], results[5].Findings.Select(one => one.Provider).Order());
        Assert.Equal((LinkingOutcome.Failed, "PERSON_UNKNOWN"), (results[6].Outcome, Codes(results[6])));
        Assert.Equal((LinkingOutcome.Failed, "DUPLICATE"), (results[7].Outcome, Codes(results[7])));
        Assert.Equal((LinkingOutcome.Failed, "QUESTION_INVALID"), (results[8].Outcome, Codes(results[8])));
        var logged = (await Exchange.AuditLog()).Select(one => one.Entry.Lookup).OfType<V1.LookupEvent>().Select(one => Convert.ToHexStringLower(one.RequestId.Span)).ToHashSet();
        Assert.All(results.SelectMany(one => one.Receipts), receipt => Assert.Contains(receipt.RequestId, logged));
        Assert.Equal([2, 2, 2, 3, 1, 3, 0, 0, 0], results.Select(one => one.Receipts.Count));
    }

    [Fact]
    public async Task When_one_town_is_away_its_half_of_the_list_is_named_and_the_other_is_linked()
    {
        var insured = Exchange.Folder.ResidentsOf(Exchange.Folder.Agency(ExchangePlan.Pension))
            .Where(one => one is { MovedTo: null, WasAbroad: false, IsInDoubt: false, IsUnenrolled: false, IsUnknownToTax: false } && one != Conflicting(Exchange.Folder.Residents)).ToArray();
        Resident[] list = [.. insured.Where(one => one.Town == ExchangePlan.Chiyoda).Take(10), .. insured.Where(one => one.Town == ExchangePlan.Osaka).Take(10)];
        string[] keys = [.. list.Select(one => one.PensionKey)];
        await Exchange.Parts.StopAgency(ExchangePlan.Osaka);

        var half = await Link(ExchangePlan.Pension, keys);

        Assert.Equal(20, half.Count);
        Assert.All(half.Take(10), one => Assert.Equal(LinkingOutcome.Linked, one.Outcome));
        Assert.All(half.Skip(10), one => Assert.True(one is { Outcome: LinkingOutcome.Failed } && one.Findings.Any(finding => finding is { Code: "PROVIDER_UNAVAILABLE", RetryAfterMs: > 0, Provider: ExchangePlan.Osaka }), one.ToString()));
        await Exchange.Parts.StartAgency(ExchangePlan.Osaka);
        await Exchange.Parts.UntilConnected();
        Assert.All(await Link(ExchangePlan.Pension, keys), one => Assert.Equal(LinkingOutcome.Linked, one.Outcome));
    }

    [Fact]
    public async Task An_agency_whose_clock_is_forty_seconds_off_reads_so_for_everybody_it_asked_about()
    {
        await Exchange.Parts.StopAgency(ExchangePlan.Pension);
        await Exchange.Parts.StartAgency(ExchangePlan.Pension, clock: new Ahead(TimeSpan.FromSeconds(40)));
        await Exchange.Parts.UntilConnected();
        var insured = Exchange.Folder.ResidentsOf(Exchange.Folder.Agency(ExchangePlan.Pension)).First(one => one is { MovedTo: null, WasAbroad: false, IsInDoubt: false });

        var result = Assert.Single(await Link(ExchangePlan.Pension, [insured.PensionKey]));

        Assert.Equal(LinkingOutcome.Failed, result.Outcome);
        Assert.All(result.Findings, one => Assert.Equal("TIME_OUT_OF_RANGE", one.Code));
        await Exchange.Parts.StopAgency(ExchangePlan.Pension);
        await Exchange.Parts.StartAgency(ExchangePlan.Pension);
        await Exchange.Parts.UntilConnected();
    }

    [Fact]
    public async Task Statements_are_held_against_pension_and_household_with_as_of_and_receipts()
    {
        var taxed = Exchange.Folder.ResidentsOf(Exchange.Folder.Agency(ExchangePlan.Tax)).Where(one => one is { IsChild: false, MovedTo: null, WasAbroad: false, IsInDoubt: false }).ToArray();
        var consistent = taxed.First(one => one is { DrawsPension: false, State: 'A', Dependants: 0 } && one != Conflicting(taxed));
        var exceeding = taxed.First(one => one is { DrawsPension: false, State: 'A', Dependants: 3 } && one != Conflicting(taxed));
        using var system = new LocalSystem(Exchange, ExchangePlan.Tax);

        var results = (await LocalSystem.All(
            new AssessmentService.AssessmentServiceClient(system.Channel).Assess(system.Headers(), cancellationToken: TestContext.Current.CancellationToken),
            new[] { consistent, exceeding }.Select((one, i) => new AssessmentItem
            {
                Id = (ulong)i,
                Person = one.TaxKey,
                Purpose = i == 0 ? new AssessmentPurpose { Year = 2025, Official = "official-1", CaseId = "case-1" } : null,
            }))).OrderBy(one => one.Id).ToArray();

        Assert.True(results[0] is { Outcome: AssessmentOutcome.Consistent, PensionPaid: 0, Receipts.Count: 2 }, results[0].ToString());
        Assert.Equal((AssessmentOutcome.Differs, "DEPENDANTS_EXCEED_HOUSEHOLD"), (results[1].Outcome, string.Join(' ', results[1].Findings.Select(one => one.Code))));
        Assert.Contains(results[1].Sources, one => one is { Provider: ExchangePlan.Chiyoda, AsOf: not null });
    }

    static Resident Conflicting(IEnumerable<Resident> residents) =>
        residents.First(one => one is { Town: ExchangePlan.Chiyoda, IsHead: true, MovedTo: null, IsUnknownToTax: false, Index: > 60 });

    async Task<IReadOnlyList<LinkingResult>> Link(string agency, IEnumerable<string> people)
    {
        using var system = new LocalSystem(Exchange, agency);
        var items = people.Select((one, i) => new LinkingItem
        {
            Id = (ulong)i,
            Person = one,
            Purpose = i == 0 ? new LinkingPurpose { On = "2026-01-01", Year = 2025, Official = "official-1", CaseId = "case-1" } : null,
        });
        var results = await LocalSystem.All(new LinkingService.LinkingServiceClient(system.Channel).Link(system.Headers(), cancellationToken: TestContext.Current.CancellationToken), items);
        return [.. results.OrderBy(one => one.Id)];
    }

    static string Codes(LinkingResult result) => string.Join(' ', result.Findings.Select(one => one.Code));

    sealed class Ahead(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + by;
    }
}
