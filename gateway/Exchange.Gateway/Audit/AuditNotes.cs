using System.Threading.Channels;
using Exchange.Gateway.Limits;
using Exchange.Gateway.Policy;
using Exchange.Gateway.Telemetry;
using Exchange.V1;

namespace Exchange.Gateway.Audit;

/// <summary>What the log hears besides exchanges: which policy came into force, and how many lookups the quotas refused.</summary>
public sealed class AuditNotes(AuditLog audit, Quotas quotas, ILogger<AuditNotes> log, TimeProvider time) : BackgroundService
{
    /// <summary>How often refusals for exceeding a quota are written down as counts.</summary>
    static readonly TimeSpan round = TimeSpan.FromMinutes(1);

    static readonly TimeSpan pause = TimeSpan.FromSeconds(1);

    readonly Channel<AuditEntry> entries = Channel.CreateBounded<AuditEntry>(1024);

    public void PolicyChanged(PolicySnapshot now) => entries.Writer.TryWrite(new AuditEntry
    {
        TimeUnixMs = time.GetUtcNow().ToUnixTimeMilliseconds(),
        Policy = new PolicyEvent { PolicyVersion = now.Version, Rows = (uint)now.Matrix.Rows.Length },
    });

    protected override async Task ExecuteAsync(CancellationToken stoppingToken) =>
        await Task.WhenAll(Write(stoppingToken), CountThrottled(stoppingToken)).ConfigureAwait(false);

    async Task Write(CancellationToken stop)
    {
        await foreach (var entry in entries.Reader.ReadAllAsync(stop).ConfigureAwait(false))
            while (!await TryAppend(entry, stop).ConfigureAwait(false))
                await Task.Delay(pause, time, stop).ConfigureAwait(false);
    }

    async Task CountThrottled(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(round, time);
        while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false))
            foreach (var throttled in quotas.DrainThrottled())
                entries.Writer.TryWrite(new AuditEntry { TimeUnixMs = time.GetUtcNow().ToUnixTimeMilliseconds(), Throttle = throttled });
    }

    async Task<bool> TryAppend(AuditEntry entry, CancellationToken stop)
    {
        try
        {
            await audit.Append(entry, stop).ConfigureAwait(false);
            return true;
        }
        catch (AuditUnavailableException e)
        {
            Log.AuditNoteWaits(log, e.Fault.ToString());
            return false;
        }
    }
}
