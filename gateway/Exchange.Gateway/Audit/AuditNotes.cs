using System.Threading.Channels;
using Exchange.Gateway.Limits;
using Exchange.Gateway.Policy;
using Exchange.Gateway.Telemetry;
using Exchange.V1;

namespace Exchange.Gateway.Audit;

/// <summary>
/// What the log hears besides exchanges: which policy came into force, and how many refusals were only counted. What waits at the stop is
/// written then, so this has to stop after whatever reads policies, and before the log closes.
/// </summary>
public sealed class AuditNotes(AuditLog audit, Quotas quotas, ILogger<AuditNotes> log, TimeProvider time) : BackgroundService
{
    /// <summary>How often refusals that were only counted are written down.</summary>
    static readonly TimeSpan round = TimeSpan.FromMinutes(1);

    static readonly TimeSpan pause = TimeSpan.FromSeconds(1);

    // Unbounded: a policy takes an operator and two seconds.
    readonly Channel<AuditEntry> policies = Channel.CreateUnbounded<AuditEntry>(new UnboundedChannelOptions { SingleReader = true });

    public void PolicyChanged(PolicySnapshot now) => policies.Writer.TryWrite(new AuditEntry
    {
        TimeUnixMs = time.GetUtcNow().ToUnixTimeMilliseconds(),
        Policy = new PolicyEvent { PolicyVersion = now.Version, Rows = (uint)now.Matrix.Rows.Length },
    });

    /// <summary>Once more, for what came since the last round.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        await WritePolicies().ConfigureAwait(false);
        await WriteCounts().ConfigureAwait(false);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken) =>
        await Task.WhenAll(KeepWritingPolicies(stoppingToken), KeepWritingCounts(stoppingToken)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    async Task KeepWritingPolicies(CancellationToken stop)
    {
        while (await policies.Reader.WaitToReadAsync(stop).ConfigureAwait(false))
            if (!await WritePolicies().ConfigureAwait(false))
                await Task.Delay(pause, time, stop).ConfigureAwait(false);
    }

    async Task KeepWritingCounts(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(round, time);
        while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false))
            await WriteCounts().ConfigureAwait(false);
    }

    /// <summary>False when one could not be written; it and those after it stay.</summary>
    async Task<bool> WritePolicies()
    {
        while (policies.Reader.TryPeek(out var entry))
        {
            if (!await TryAppend(entry).ConfigureAwait(false))
                return false;
            policies.Reader.TryRead(out _);
        }
        return true;
    }

    /// <summary>What cannot be written is counted on; so is what may have been: it is in the log twice rather than never.</summary>
    async Task WriteCounts()
    {
        var isWritable = true;
        foreach (var throttled in quotas.DrainThrottled())
        {
            isWritable = isWritable && await TryAppend(new AuditEntry { TimeUnixMs = time.GetUtcNow().ToUnixTimeMilliseconds(), Throttle = throttled }).ConfigureAwait(false);
            if (!isWritable)
                quotas.TakeBack(throttled);
        }
    }

    async Task<bool> TryAppend(AuditEntry entry)
    {
        try
        {
            await audit.Append(entry).ConfigureAwait(false);
            return true;
        }
        catch (AuditUnavailableException e)
        {
            Log.AuditNoteWaits(log, e.Fault.ToString());
            return false;
        }
    }
}
