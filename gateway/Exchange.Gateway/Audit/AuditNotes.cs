using System.Security.Cryptography;
using System.Threading.Channels;
using Exchange.Gateway.Limits;
using Exchange.Gateway.Policy;
using Exchange.Gateway.Telemetry;
using Exchange.Protocol.Identity;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Gateway.Audit;

/// <summary>
/// What the log hears besides exchanges: what its operator does, which policy, which agencies' keys and which revocation list came into force,
/// and how many refusals were only counted. What waits at the stop is written then, so this has to stop after whatever tells of such things,
/// and before the log closes.
/// </summary>
public sealed class AuditNotes(AuditLog audit, Quotas quotas, ILogger<AuditNotes> log, TimeProvider time) : BackgroundService
{
    /// <summary>How often refusals that were only counted are written down.</summary>
    static readonly TimeSpan round = TimeSpan.FromMinutes(1);

    static readonly TimeSpan pause = TimeSpan.FromSeconds(1);

    /// <summary>Beyond it the log has been unwritable for long, and nothing is given out either. Nodes' keys leave half of it to the others.</summary>
    const int MostWaiting = 65_536, MostKeysWaiting = MostWaiting / 2;

    readonly Channel<AuditEntry> waiting = Channel.CreateBounded<AuditEntry>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });

    public void Started(string software) => Note(new AuditEntry { Operator = new OperatorEvent { Action = OperatorAction.Started, Software = software } });

    public void Stopped(string software) => Note(new AuditEntry { Operator = new OperatorEvent { Action = OperatorAction.Stopped, Software = software } });

    public void RevocationListChanged(RevocationList now) =>
        Note(new AuditEntry { Operator = new OperatorEvent { Action = OperatorAction.RevocationList, Digest = ByteString.CopyFrom(now.Hash.Span) } });

    public void PolicyChanged(PolicySnapshot now) =>
        Note(new AuditEntry { Policy = new PolicyEvent { PolicyVersion = now.Version, Rows = (uint)now.Matrix.Rows.Length } });

    /// <summary>One entry for each agency and epoch whose point is another one now.</summary>
    public void CommitmentsChanged(Commitments? before, Commitments now)
    {
        var gone = (before?.Agencies ?? []).ToDictionary(one => (one.Agency, one.Epoch), one => one.Point);
        foreach (var one in now.Agencies)
            if (!gone.Remove((one.Agency, one.Epoch), out var point) || point != one.Point)
                Note(Admission(one.Agency, one.Epoch, one.Point));
        foreach (var (agency, epoch) in gone.Keys)
            Note(Admission(agency, epoch, ByteString.Empty));

        AuditEntry Admission(string agency, ulong epoch, ByteString point) =>
            new() { Admission = new AdmissionEvent { Agency = agency, Epoch = epoch, Point = point, CommitmentsVersion = now.Version } };
    }

    public void BundleTaken(Bundle bundle) => Note(new AuditEntry
    {
        Bundle = new BundleEvent
        {
            Agency = bundle.Agency,
            Node = bundle.Node,
            Suite = bundle.Suite,
            KeyId = bundle.KeyId,
            KeyDigest = ByteString.CopyFrom(SHA256.HashData(bundle.PublicKey.Span)),
            NotAfterUnixMs = bundle.NotAfterUnixMs,
        },
    }, MostKeysWaiting);

    /// <summary>Once more, for what came since the last round.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        await WriteWaiting().ConfigureAwait(false);
        await WriteCounts().ConfigureAwait(false);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken) =>
        await Task.WhenAll(KeepWriting(stoppingToken), KeepWritingCounts(stoppingToken)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    async Task KeepWriting(CancellationToken stop)
    {
        while (await waiting.Reader.WaitToReadAsync(stop).ConfigureAwait(false))
            if (!await WriteWaiting().ConfigureAwait(false))
                await Task.Delay(pause, time, stop).ConfigureAwait(false);
    }

    async Task KeepWritingCounts(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(round, time);
        while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false))
            await WriteCounts().ConfigureAwait(false);
    }

    /// <summary>False when one could not be written; it and those after it stay.</summary>
    async Task<bool> WriteWaiting()
    {
        while (waiting.Reader.TryPeek(out var entry))
        {
            if (!await TryAppend(entry).ConfigureAwait(false))
                return false;
            waiting.Reader.TryRead(out _);
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

    void Note(AuditEntry entry, int most = MostWaiting)
    {
        entry.TimeUnixMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        if (waiting.Reader.Count >= most || !waiting.Writer.TryWrite(entry))
            Log.AuditNoteLost(log, entry.EventCase.ToString(), "too many wait");
    }

    /// <returns>False when it could not be written now and may be later.</returns>

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
        catch (Exception unforeseen)
        {
            // An entry that can never be written must not keep those behind it out of the log.
            Log.AuditNoteLost(log, entry.EventCase.ToString(), unforeseen.GetType().Name);
            return true;
        }
    }
}
