using Exchange.Adapter.Doctor;
using Exchange.Adapter.Tests.Connection;
using Exchange.Hosting.Certificates;
using Exchange.Protocol.DataSets;
using Exchange.V1;

namespace Exchange.Adapter.Tests.Doctor;

/// <summary>The doctor beside a hub on a real socket.</summary>
public sealed class HubChecksTests : IAsyncLifetime
{
    readonly ExaminedAgency agency = new();
    ScriptedHub hub = null!;

    public async ValueTask InitializeAsync()
    {
        hub = await ScriptedHub.Start();
        PemFiles.Write(hub.Authority.IssueAgency(agency.Options.Agency), agency.Options.Certificate, agency.Options.Key);
        PemFiles.Write(hub.Authority.Root, agency.Options.Root);
        File.WriteAllText(agency.Options.LocalApi.CallersFile, """
            callers:
              - name: desk
                certificate: { sha256: 0000000000000000000000000000000000000000000000000000000000000000 }
                may_ask: [ { task: benefit-eligibility, data_sets: [tax.income.v1, pension.payments.v1] } ]
            """);
        File.WriteAllText(agency["allow.yaml"], """
            allow:
              - { requester: jp.mun.*, task: benefit-eligibility, data_set: municipality.resident-tax.v1, fields: [fiscal_year] }
            """);
    }

    public async ValueTask DisposeAsync()
    {
        await hub.DisposeAsync();
        agency.Dispose();
    }

    [Fact]
    public async Task A_hub_that_knows_this_agency_is_good_in_everything()
    {
        hub.Grants = _ => Task.FromResult(Granted("tax.income.v1", "pension.payments.v1"));
        var found = await Look();
        Assert.All(found, one => Assert.True(one.Mark == Mark.Good, one.Says));
        Assert.Equal(["clock", "hub", "versions", "matrix"], found.Select(one => one.Check));
        Assert.Contains("2 rows by which this agency asks, and 1 by which it is asked", found[^1].Says, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(30, Mark.Look)]
    [InlineData(3600, Mark.Bad)]
    [InlineData(-3600, Mark.Bad)]
    public async Task A_clock_that_is_off_is_noticed_by_how_much_before_anything_fails_for_it(int seconds, Mark mark)
    {
        var clock = (await Look(new SettableClock(TimeSpan.FromSeconds(seconds)))).FirstOrDefault(one => one.Check == "clock");
        // With its clock an hour back the hub's certificate is not valid yet, and that is what is said.
        if (seconds < 0)
            Assert.Null(clock);
        else
            Assert.Equal(mark, clock!.Mark);
    }

    [Fact]
    public async Task What_callers_may_ask_and_no_row_permits_and_what_a_row_lets_others_ask_and_nobody_is_told_are_named()
    {
        hub.Grants = _ => Task.FromResult(Granted("tax.income.v1", extra: new GrantRow
        {
            Requester = "jp.pension",
            Provider = agency.Options.Agency,
            Task = "record-linking",
            DataSet = "municipality.household.v1",
            Fields = { 1 },
        }));
        var found = await Look();
        Assert.Contains("lets desk ask pension.payments.v1 for benefit-eligibility, and no row of the matrix does", found.Single(one => one.Check == "callers").Says, StringComparison.Ordinal);
        Assert.Contains("municipality.household.v1 for record-linking, and allow.yaml tells nobody", found.Single(one => one.Check == "allow-list").Says, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hub_that_takes_this_agency_for_closed_when_its_file_does_not_is_to_be_looked_at()
    {
        var granted = Granted("tax.income.v1");
        granted.Rows.First(row => row.Provider == agency.Options.Agency).ClosedUntilUnixMs = 4_000_000_000_000;
        hub.Grants = _ => Task.FromResult(granted);
        var found = (await Look()).Single(one => one.Check == "opening");
        Assert.Equal((Mark.Look, "The hub takes this agency for closed now, and by its own file it is open."), (found.Mark, found.Says));
    }

    [Fact]
    public async Task A_predicate_that_the_matrix_grants_in_other_words_than_the_list_has_is_named()
    {
        var row = new GrantRow
        {
            Requester = "municipality",
            Provider = agency.Options.Agency,
            Task = "price-relief",
            DataSet = "municipality.resident-tax.v1",
            Predicates = { new Predicate { Name = "levy-exempt", Version = "2026", Test = "municipal_income_levy = 0" } },
        };
        hub.Grants = _ => Task.FromResult(Granted("tax.income.v1", extra: row));
        var list = File.ReadAllText(agency["allow.yaml"]);
        void Allow(string version) => File.WriteAllText(agency["allow.yaml"], list
            + $"\n  - requester: jp.mun.*\n    task: price-relief\n    data_set: municipality.resident-tax.v1\n    predicates: [{{ name: levy-exempt, version: \"{version}\", test: municipal_income_levy = 0 }}]\n");

        Allow("2025");
        Assert.Contains("levy-exempt (2026: municipal_income_levy = 0)", (await Look()).Single(one => one.Check == "allow-list").Says, StringComparison.Ordinal);
        Allow("2026");
        Assert.DoesNotContain(await Look(), one => one.Check == "allow-list");
    }

    [Fact]
    public async Task A_matrix_without_this_agency_and_data_sets_that_are_others_are_bad()
    {
        hub.DataSets = () => Task.FromResult(new GetDataSetsResponse { DataSets = { new DataSet(DataSetCatalogue.Income.ToMessage()) { DeclaredSize = 1024 } } });
        var found = await Look();
        Assert.Contains("tax.income.v1 otherwise than this version", found.Single(one => one.Check == "versions").Says, StringComparison.Ordinal);
        Assert.Contains("can neither ask nor be asked", found.Single(one => one.Check == "matrix").Says, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hub_of_another_ca_is_told_as_one_that_is_not_trusted()
    {
        using var other = ThrowawayAuthority.Create(TimeProvider.System);
        PemFiles.Write(other.Root, agency.Options.Root);
        Assert.Contains("certificate is not trusted", (await Look()).Single(one => one.Check == "hub").Says, StringComparison.Ordinal);
    }

    async Task<IReadOnlyList<Diagnosis>> Look(TimeProvider? time = null) =>
        await HubChecks.Look("municipality", agency.Options with { Hubs = [hub.Address], Allow = agency["allow.yaml"] }, time ?? TimeProvider.System, default);

    GetGrantsResponse Granted(string dataSet, string? second = null, GrantRow? extra = null)
    {
        var response = new GetGrantsResponse
        {
            Rows = { new GrantRow { Requester = "municipality", Provider = agency.Options.Agency, Task = "benefit-eligibility", DataSet = "municipality.resident-tax.v1", Fields = { 1 } } },
        };
        foreach (var asked in new[] { dataSet, second })
            if (asked is not null)
                response.Rows.Add(new GrantRow { Requester = agency.Options.Agency, Provider = "jp.tax", Task = "benefit-eligibility", DataSet = asked, Fields = { 1 } });
        if (extra is not null)
            response.Rows.Add(extra);
        return response;
    }

    /// <summary>The machine's clock, set wrong.</summary>
    sealed class SettableClock(TimeSpan off) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + off;
    }
}
