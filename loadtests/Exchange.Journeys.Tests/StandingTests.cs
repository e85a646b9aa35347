using Exchange.Gateway.Identity;
using Exchange.Gateway.Limits;
using Exchange.Journeys.Tests.Running;
using Exchange.V1;
using Grpc.Core;

namespace Exchange.Journeys.Tests;

/// <summary>Agencies that are suspended, away, or in too much of a hurry. One test after another; each leaves the exchange as it was.</summary>
public sealed class StandingTests(StandingTests.Own own) : IClassFixture<StandingTests.Own>
{
    public sealed class Own : OwnExchange;

    const string Chiyoda = RunningExchange.Chiyoda, Osaka = RunningExchange.Osaka, Tax = RunningExchange.Tax;

    readonly RunningExchange exchange = own.Exchange;

    string Person => exchange.ChiyodaResident().TownKey;

    [Fact]
    public async Task A_suspended_agency_is_cut_off_refused_and_let_in_again_when_the_suspension_ends()
    {
        var directory = await File.ReadAllTextAsync(exchange.Folder.Directory);
        using var osaka = new AgencyByHand(exchange, Osaka);
        await using var node = await NodeByHand.Connect(osaka, "by-hand", _ => null);

        Assert.True(exchange.Use(exchange.Folder.Directory, Suspend(directory, Osaka)));
        exchange.Hub<RevocationWatch>().LookAround();

        Assert.Equal(Reason.AgencySuspended, AgencyByHand.Refused((await node.Ended())!).Reason);
        var call = await Assert.ThrowsAsync<RpcException>(async () => await osaka.Directory.GetGrantsAsync(new GetGrantsRequest()));
        Assert.Equal(Reason.AgencySuspended, AgencyByHand.Refused(call).Reason);
        Assert.NotNull((await exchange.Ask(Osaka, exchange.OsakaResident().TownKey)).Refusal);
        Assert.Null((await exchange.Ask(Chiyoda, Person)).Refusal);

        await EndSuspension(directory);
        Assert.Null((await exchange.Ask(Osaka, exchange.OsakaResident().TownKey)).Refusal);
    }

    [Fact]
    public async Task Nobody_is_brought_to_a_suspended_provider_and_the_hub_logs_who_tried()
    {
        var directory = await File.ReadAllTextAsync(exchange.Folder.Directory);
        await exchange.OpenSessions(Chiyoda, Person);

        Assert.True(exchange.Use(exchange.Folder.Directory, Suspend(directory, Tax)));
        var refusal = (await exchange.Ask(Chiyoda, Person)).Refusal;

        Assert.Equal(Reason.AgencySuspended, refusal?.Reason);
        Assert.Equal(Reason.AgencySuspended, (await exchange.Logged(refusal!.RequestId)).Reason);
        // The hub's own round may have cut the provider's connection already, or not yet: it is cut now.
        exchange.Hub<RevocationWatch>().LookAround();
        await EndSuspension(directory);
        Assert.Null((await exchange.Ask(Chiyoda, Person)).Refusal);
    }

    [Fact]
    public async Task A_provider_that_is_away_is_refused_at_once_with_a_time_to_come_back_and_asked_again_when_it_is()
    {
        await exchange.OpenSessions(Chiyoda, Person);
        await exchange.Parts.StopAgency(Tax);
        try
        {
            var outcome = await exchange.Ask(Chiyoda, Person);

            Assert.Equal(Reason.ProviderUnavailable, outcome.Refusal?.Reason);
            Assert.True(outcome.Refusal!.RetryAfterMs > 0);
            Assert.InRange(outcome.Took, TimeSpan.Zero, TimeSpan.FromSeconds(2));
            Assert.Contains(await exchange.AuditLog(), one => one.Entry.Lookup is { Reason: Reason.ProviderUnavailable } lookup && lookup.Requester == Chiyoda);
            // Osaka, which holds no session, is told as early as it asks for one.
            Assert.Equal(Reason.ProviderUnavailable, (await exchange.Ask(Osaka, exchange.OsakaResident().TownKey)).Refusal?.Reason);
            using var chiyoda = new AgencyByHand(exchange, Chiyoda);
            var unopened = await Assert.ThrowsAsync<RpcException>(async () => await chiyoda.Directory.GetBundleAsync(new GetBundleRequest { Agency = Tax }));
            Assert.Equal(Reason.ProviderUnavailable, AgencyByHand.Refused(unopened).Reason);
            Assert.Contains(await exchange.AuditLog(), one => one.Entry.Session is { Reason: Reason.ProviderUnavailable, Provider: Tax } session && session.Requester == Chiyoda);
            var grants = await chiyoda.Directory.GetGrantsAsync(new GetGrantsRequest());
            Assert.All(grants.Rows.Where(row => row.Provider == Tax), row => Assert.False(row.ProviderUp));
            Assert.Contains(grants.Rows, row => row.Provider == Tax);
        }
        finally
        {
            await exchange.Parts.StartAgency(Tax);
            await exchange.Parts.UntilConnected();
        }
        Assert.Null((await exchange.Ask(Chiyoda, Person)).Refusal);
    }

    [Fact]
    public async Task Above_the_quota_a_question_is_refused_with_the_time_to_wait_and_counted_not_logged_one_by_one()
    {
        var quotas = Path.Combine(exchange.Folder.Folder, "hub", "quotas.yaml");
        var before = await File.ReadAllTextAsync(quotas);
        Assert.True(exchange.Use(quotas, "lookups:\n  default: { rate: 1/h, burst: 3 }\n"));
        exchange.Hub<Quotas>().DrainThrottled();
        var logged = (await exchange.AuditLog()).Count(one => one.Entry.Lookup is not null);

        var outcomes = new List<Refusal?>();
        for (var i = 0; i < 8; i++)
            outcomes.Add((await exchange.Ask(Osaka, exchange.OsakaResident(i).TownKey)).Refusal);

        var refused = outcomes.OfType<Refusal>().ToArray();
        Assert.NotEmpty(refused);
        Assert.All(refused, refusal => Assert.Equal(Reason.QuotaExceeded, refusal.Reason));
        Assert.All(refused, refusal => Assert.InRange(refusal.RetryAfterMs, 1u, 3_600_000u));
        var entries = (await exchange.AuditLog()).Select(one => one.Entry.Lookup).OfType<LookupEvent>().Skip(logged).ToArray();
        Assert.InRange(entries.Length, 1, 3);
        Assert.DoesNotContain(entries, entry => entry.Reason == Reason.QuotaExceeded);
        var throttled = Assert.Single(exchange.Hub<Quotas>().DrainThrottled(), one => one.DataSet == RunningExchange.Income);
        Assert.Equal((Osaka, RunningExchange.Income, (ulong)refused.Length), (throttled.Requester, throttled.DataSet, throttled.Count));
        // What was used stays used: a full burst is owed under the new quota, for as long as its rate takes.
        Assert.True(exchange.Use(quotas, before));
        await RunningExchange.Until(async () => (await exchange.Ask(Osaka, exchange.OsakaResident().TownKey)).Refusal is null);
    }

    /// <summary>Until both towns are answered again by the tax agency: who was cut off comes back after a pause of its own.</summary>
    async Task EndSuspension(string directory)
    {
        Assert.True(exchange.Use(exchange.Folder.Directory, directory));
        await RunningExchange.Until(async () => (await exchange.Ask(Chiyoda, Person)).Refusal is null);
        await RunningExchange.Until(async () => (await exchange.Ask(Osaka, exchange.OsakaResident().TownKey)).Refusal is null);
    }

    static string Suspend(string directory, string agency)
    {
        var lines = directory.Split('\n');
        var at = Array.FindIndex(lines, line => line.Contains($"id: {agency},", StringComparison.Ordinal));
        lines[at] = lines[at].Replace("status: active", "status: suspended", StringComparison.Ordinal);
        return string.Join('\n', lines);
    }
}
