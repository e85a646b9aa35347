using System.Text;
using Agency.V1;
using Exchange.Adapter;
using Exchange.Adapter.LocalApi.Callers;
using Exchange.Hosting.Errors;
using Exchange.Hosting.Secrets;
using Exchange.Journeys.Tests.Running;
using Exchange.Municipality;
using Exchange.Sandbox.Files;
using Exchange.Sandbox.Residents;
using Exchange.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Exchange.Journeys.Tests;

/// <summary>A town's benefit system has its adapter decide on households, over gRPC, with everybody there or away.</summary>
public sealed class EligibilityTests : IAsyncLifetime
{
    const string Chiyoda = RunningExchange.Chiyoda, Osaka = RunningExchange.Osaka;

    readonly RunningExchange exchange = new();

    public ValueTask InitializeAsync() => exchange.InitializeAsync();

    public ValueTask DisposeAsync() => exchange.DisposeAsync();

    [Fact]
    public async Task A_household_that_lives_on_little_is_eligible_with_every_figure_its_date_and_its_receipt()
    {
        var answer = await Decide(Chiyoda, Poor());

        Assert.Equal(Decision.Eligible, answer.Decision);
        Assert.Empty(answer.Missing);
        // Two adults: income and pension by exchange, resident tax from the own records.
        Assert.Equal(6, answer.Facts.Count);
        foreach (var fact in answer.Facts.Where(one => one.Provider != Chiyoda))
        {
            var logged = await exchange.Logged(ByteString.CopyFrom(Convert.FromHexString(fact.Receipt.RequestId)));
            Assert.Equal((Chiyoda, fact.Provider, fact.DataSet, AuditOutcome.Answered), (logged.Requester, logged.Provider, logged.DataSet, logged.Outcome));
        }
        Assert.All(answer.Facts.Where(one => one.Provider == Chiyoda), one => Assert.Null(one.Receipt));
    }

    [Fact]
    public async Task A_demand_for_records_read_now_goes_to_every_provider()
    {
        var poor = Poor();
        await Decide(Chiyoda, poor);
        Assert.All(Incomes(await Decide(Chiyoda, poor)), one => Assert.NotNull(one.Freshness.CachedAge));

        Assert.All(Incomes(await Decide(Chiyoda, poor, new Duration())), one => Assert.Null(one.Freshness.CachedAge));

        static Fact[] Incomes(EligibilityResponse answer)
        {
            Fact[] incomes = [.. answer.Facts.Where(one => one.DataSet == RunningExchange.Income)];
            Assert.Equal(2, incomes.Length);
            return incomes;
        }
    }

    [Fact]
    public async Task Whoever_moved_is_asked_about_where_they_lived_on_the_first_of_january()
    {
        var mover = exchange.Folder.ResidentsOf(exchange.Folder.Agency(Osaka)).First(one => one is { MovedTo: Osaka, State: 'A', IsChild: false, IsUnknownToTax: false });

        var answer = await Decide(Osaka, [mover]);

        Assert.Equal(Decision.NotEligible, answer.Decision);
        Assert.Contains(answer.Facts, fact => (fact.Provider, fact.DataSet) == (Chiyoda, "municipality.resident-tax.v1") && fact.Receipt is not null);
    }

    [Fact]
    public async Task A_provider_that_is_away_is_a_missing_fact_with_a_time_to_retry_and_never_a_no()
    {
        await exchange.Parts.StopAgency(ExchangePlan.Pension);

        var answer = await Decide(Chiyoda, Poor());

        Assert.Equal(Decision.Undecided, answer.Decision);
        Assert.Equal(2, answer.Missing.Count);
        Assert.All(answer.Missing, one => Assert.True(one is { DataSet: "pension.payments.v1", Reason: "PROVIDER_UNAVAILABLE", RetryAfterMs: > 0 }, one.ToString()));
        Assert.Equal(4, answer.Facts.Count);
    }

    [Fact]
    public async Task What_is_known_decides_against_although_somebody_is_away()
    {
        await exchange.Parts.StopAgency(ExchangePlan.Pension);
        var taxed = exchange.Folder.ResidentsOf(exchange.Folder.Agency(Chiyoda)).First(one => one is { State: 'A', IsChild: false, MovedTo: null, IsUnknownToTax: false });

        var answer = await Decide(Chiyoda, [taxed]);

        Assert.Equal(Decision.NotEligible, answer.Decision);
        Assert.Contains(answer.Missing, one => one.DataSet == "pension.payments.v1");
    }

    [Fact]
    public async Task A_stranger_in_the_household_is_named_and_leaves_it_undecided()
    {
        var answer = await Decide(Chiyoda, Poor(), new EligibilityMember { Person = "R-nobody" });

        Assert.Equal(Decision.Undecided, answer.Decision);
        Assert.All(answer.Missing, one => Assert.Equal("R-nobody", one.Person));
        Assert.Contains(answer.Missing, one => one.Reason == "PERSON_UNKNOWN");
    }

    [Fact]
    public async Task A_file_of_households_is_decided_line_by_line_and_whoever_was_undecided_is_asked_about_again()
    {
        var town = exchange.Folder.Agency(Chiyoda);
        var (input, output) = (Path.Combine(town.Folder, "households.csv"), Path.Combine(town.Folder, "decisions.csv"));
        var taxed = exchange.Folder.ResidentsOf(town).First(one => one is { State: 'A', IsChild: false, MovedTo: null, IsUnknownToTax: false });
        await File.WriteAllLinesAsync(input, Poor().Select(one => $"H-11,{one.TownKey},{one.BornOn:yyyy-MM-dd}").Prepend("household,person,born_on").Append($"H-12,{taxed.TownKey},").Append("H-13,R-nobody,"), TestContext.Current.CancellationToken);

        Assert.Equal(1, await DecideFile());

        var decisions = await File.ReadAllLinesAsync(output, TestContext.Current.CancellationToken);
        Assert.Equal(["ELIGIBLE", "NOT_ELIGIBLE", "UNDECIDED"], decisions.Skip(1).Select(line => line.Split(',')[1]));
        Assert.Contains("Every condition is met: eligible.", decisions[1], StringComparison.Ordinal);
        Assert.Contains(" hub-", decisions[1], StringComparison.Ordinal);
        Assert.Contains("PERSON_UNKNOWN", decisions[3], StringComparison.Ordinal);

        var before = (await exchange.AuditLog()).Count(one => one.Entry.Lookup is not null);
        Assert.Equal(1, await DecideFile());
        Assert.Equal(before, (await exchange.AuditLog()).Count(one => one.Entry.Lookup is not null));

        Task<int> DecideFile() => AdapterProgram.Run(TownHall.Kind, ["decide", "--api", town.LocalApi.ToString(), "--ca", exchange.Folder.Root, "--token", Token(), "--official", "official-1", "--decided-on", "2026-06-20", "--in", input, "--out", output]);

        string Token()
        {
            var file = Path.Combine(town.Folder, "benefits.token");
            if (!File.Exists(file))
                SecretFile.Write(file, Encoding.ASCII.GetBytes(LocalTokens.Issue(exchange.At<CallerRegister>(Chiyoda).Current.Find(town.Caller)!, town.CallerKey, TimeSpan.FromHours(1), TimeProvider.System.GetUtcNow())));
            return file;
        }
    }

    [Fact]
    public async Task A_household_without_members_is_refused_and_nobody_is_asked()
    {
        var before = await Lookups();

        var refused = await Assert.ThrowsAsync<RpcException>(() => Decide(Chiyoda, []));

        Assert.Equal(Reason.QuestionInvalid, refused.ToRefusal()!.Reason);
        Assert.Equal(before, await Lookups());

        async Task<int> Lookups() => (await exchange.AuditLog()).Count(one => one.Entry.Lookup is not null);
    }

    /// <summary>Two adults and a child who live on very little.</summary>
    Resident[] Poor() => [.. exchange.Folder.ResidentsOf(exchange.Folder.Agency(Chiyoda)).Where(one => one.Household == 11)];

    Task<EligibilityResponse> Decide(string agency, IEnumerable<Resident> members, params EligibilityMember[] others) => Decide(agency, members, null, others);

    async Task<EligibilityResponse> Decide(string agency, IEnumerable<Resident> members, Duration? maxAge, params EligibilityMember[] others)
    {
        var request = new EligibilityRequest
        {
            DecidedOn = "2026-06-20",
            Official = "official-1",
            CaseId = "case-1",
            MaxAge = maxAge,
            Members = { members.Select(one => new EligibilityMember { Person = one.TownKey, BornOn = $"{one.BornOn:yyyy-MM-dd}" }), others },
        };
        using var system = new LocalSystem(exchange, agency);
        return await new EligibilityService.EligibilityServiceClient(system.Channel).DecideAsync(request, system.Headers(), cancellationToken: TestContext.Current.CancellationToken);
    }
}
