using Exchange.Adapter.Connection;
using Microsoft.Extensions.Hosting;

namespace Exchange.Adapter.Answering;

/// <summary>Tells the hubs each new key of this node, so that sessions are offered under the one in force.</summary>
public sealed class KeyRenewal(Answerer answerer, HubConnections connections, TimeProvider time) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (answerer.Bundle is { } bundle && !stoppingToken.IsCancellationRequested)
        {
            connections.Announce(bundle);
            var wait = DateTimeOffset.FromUnixTimeMilliseconds(bundle.NotAfterUnixMs) - time.GetUtcNow();
            await Task.Delay(wait > TimeSpan.Zero ? wait : TimeSpan.FromSeconds(1), time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
