using System.Collections.Concurrent;
using System.Globalization;
using Exchange.Hammer.Direct;
using Exchange.Hammer.Load;
using Exchange.Hosting.Certificates;
using Exchange.Protocol.Identity;
using Exchange.Sandbox.Files;

namespace Exchange.Hammer.Connections;

/// <summary>Connections of towns that nobody asks anything. They say every ten seconds that they are there, as every adapter does.</summary>
sealed class IdleConnections(ExchangeFolder folder, ConnectionsPlan plan) : IAsyncDisposable
{
    /// <summary>Agencies that dial at the same time.</summary>
    const int AtOnce = 16;

    readonly CertificateVerifier verifier = DirectFiles.OfHub(folder).OpenVerifier();
    readonly ConcurrentBag<ProviderNode> nodes = [];
    readonly ConcurrentBag<HeldConnection> connections = [];

    /// <summary>Agencies that are needed, each with as many as it is to have.</summary>
    public static int Agencies(ConnectionsPlan plan) => (plan.Connections + plan.Each - 1) / plan.Each;

    public int Open => connections.Count(one => one.IsOpen);

    /// <summary>Returns when the hub has welcomed them all.</summary>
    /// <exception cref="CallFailedException">The hub refused one.</exception>
    public async Task OpenAll(IProgress<string> progress, CancellationToken stop)
    {
        using var ca = ThrowawayAuthority.LoadOrCreate(Path.GetDirectoryName(folder.Root)!, TimeProvider.System);
        var tenth = Math.Max(1, plan.Connections / 10);
        var open = 0;
        await Parallel.ForEachAsync(IdleAgencies.Ids(Agencies(plan)).Index(), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stop }, async (agency, cancelled) =>
        {
            var node = new ProviderNode(ca.IssueAgency(agency.Item), verifier, folder.Gateway, Math.Min(plan.Each, plan.Connections - agency.Index * plan.Each));
            nodes.Add(node);
            foreach (var channel in node.Channels)
            {
                connections.Add(await HeldConnection.Open(channel, node.Keys.Bundle, (_, _) => { }, (_, _) => { }, cancelled).ConfigureAwait(false));
                if (Interlocked.Increment(ref open) is var now && now % tenth == 0)
                    progress.Report(string.Create(CultureInfo.InvariantCulture, $"  {now:#,0} of {plan.Connections:#,0} open"));
            }
        }).ConfigureAwait(false);
    }

    /// <exception cref="VoidRunException">One has ended.</exception>
    public async Task Check()
    {
        if (connections.FirstOrDefault(one => !one.IsOpen) is { } lost)
            throw new VoidRunException($"{connections.Count - Open} of {connections.Count} idle connections did not stay open; one of them: {await lost.Why().ConfigureAwait(false)}");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in connections)
            await connection.DisposeAsync().ConfigureAwait(false);
        foreach (var node in nodes)
            node.Dispose();
        verifier.Dispose();
    }
}
