using Exchange.Adapter.Asking;
using Exchange.Adapter.Telemetry;
using Exchange.Protocol.Sessions;
using Exchange.V1;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Exchange.Adapter.Connection;

/// <summary>
/// Keeps the CA's revocation list current and ends what rests on a certificate that is revoked or no longer in force:
/// sessions on either side, and connections to a hub. Without a fresh list that is all of them.
/// </summary>
public sealed class RevocationWatch(HubChannels channels, ProviderSessions answering, OpenSessions asking, ILogger<RevocationWatch> log, TimeProvider time) : BackgroundService
{
    /// <summary>With the hub's own round of 5 s, and a question of 10 s that is under way, within 30 s of the new list.</summary>
    static readonly TimeSpan round = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await LookAround(stoppingToken).ConfigureAwait(false);
            await Task.Delay(round, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>One round: the list, then everything that was begun under an earlier one.</summary>
    public async Task LookAround(CancellationToken stop)
    {
        await Refresh(stop).ConfigureAwait(false);
        answering.EndUntrusted();
        asking.DropUntrusted();
        foreach (var address in channels.GiveUpUntrusted())
            log.HubNoLongerTrusted(address);
    }

    async Task Refresh(CancellationToken stop)
    {
        try
        {
            if (await channels.RefreshRevocationList(stop).ConfigureAwait(false) is { Reason: not Reason.HubUnavailable } why)
                log.RevocationListRefused(why.Message);
        }
        catch (Exception e)
        {
            // Whatever it is, this hub's answer may have caused it: what is held is judged by the list in force, and the next round asks another.
            if (!stop.IsCancellationRequested)
                log.RevocationListRefused(e.GetType().Name);
        }
    }
}
