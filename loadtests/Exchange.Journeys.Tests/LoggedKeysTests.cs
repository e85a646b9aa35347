using System.Security.Cryptography;
using Exchange.Journeys.Tests.Running;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Journeys.Tests;

/// <summary>Whoever reads the log sees every key that the hub gives out, and from when on.</summary>
public sealed class LoggedKeysTests(LoggedKeysTests.Own own) : IClassFixture<LoggedKeysTests.Own>
{
    public sealed class Own : OwnExchange;

    readonly RunningExchange exchange = own.Exchange;

    [Fact]
    public async Task Each_key_that_sessions_are_offered_under_is_in_the_log_once_however_many_connections_its_node_has()
    {
        using var town = new AgencyByHand(exchange, RunningExchange.Chiyoda);
        var bundle = (await town.Directory.GetBundleAsync(new GetBundleRequest { Agency = RunningExchange.Tax }, cancellationToken: TestContext.Current.CancellationToken)).Bundle;
        await RunningExchange.Until(async () => await Events(entry => entry.Bundle).AnyAsync(one => one.Node == bundle.Node));
        var logged = Assert.Single(await Events(entry => entry.Bundle).Where(one => one.Node == bundle.Node).ToListAsync());

        Assert.Equal(RunningExchange.Tax, logged.Agency);
        Assert.Equal(SHA256.HashData(bundle.PublicKey.Span), logged.KeyDigest);
        Assert.Equal((bundle.KeyId, bundle.NotAfterUnixMs), (logged.KeyId, logged.NotAfterUnixMs));
    }

    [Fact]
    public async Task Each_point_that_an_agency_was_admitted_with_is_in_the_log()
    {
        using var town = new AgencyByHand(exchange, RunningExchange.Chiyoda);
        var commitments = (await town.Directory.GetCommitmentsAsync(new GetCommitmentsRequest(), cancellationToken: TestContext.Current.CancellationToken)).Commitments;
        await RunningExchange.Until(async () => await Events(entry => entry.Admission).CountAsync() >= commitments.Agencies.Count);

        Assert.Equal(
            commitments.Agencies.Select(one => (one.Agency, one.Epoch, one.Point)),
            (await Events(entry => entry.Admission).ToListAsync()).Select(one => (one.Agency, one.Epoch, one.Point)).OrderBy(one => one.Agency, StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_hubs_start_and_its_revocation_list_are_the_first_that_the_log_hears_of()
    {
        await RunningExchange.Until(async () => await Events(entry => entry.Operator).CountAsync() >= 2);
        Assert.Equal([OperatorAction.Started, OperatorAction.RevocationList], (await Events(entry => entry.Operator).ToListAsync()).Select(one => one.Action).Take(2));
    }

    [Fact]
    public async Task A_bundle_that_is_none_is_not_given_out_and_keeps_no_other_key_out_of_the_log()
    {
        using var osaka = new AgencyByHand(exchange, RunningExchange.Osaka);
        await using var none = await NodeByHand.Connect(osaka, "none", node => new Bundle(node.Bundle) { KeyId = ByteString.CopyFrom(new byte[70_000]) });
        await using var good = await NodeByHand.Connect(osaka, "good");

        await RunningExchange.Until(async () => await Events(entry => entry.Bundle).AnyAsync(one => one.Node == "good"));
        Assert.False(await Events(entry => entry.Bundle).AnyAsync(one => one.Node == "none"));
        for (var turn = 0; turn < 8; turn++)
            Assert.NotEqual("none", (await osaka.Directory.GetBundleAsync(new GetBundleRequest { Agency = RunningExchange.Osaka }, cancellationToken: TestContext.Current.CancellationToken)).Bundle.Node);
    }

    async IAsyncEnumerable<T> Events<T>(Func<AuditEntry, T?> of)
        where T : class
    {
        foreach (var (_, _, entry) in await exchange.AuditLog())
            if (of(entry) is { } found)
                yield return found;
    }
}
