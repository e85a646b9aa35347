using Exchange.Gateway.Telemetry;
using Exchange.Hosting.Storage;
using Exchange.Protocol.Transparency;
using Microsoft.Data.Sqlite;

namespace Exchange.Gateway.Audit.Tree;

/// <summary>
/// Publishes a checkpoint over whatever the log has gained, twice a second: the hashes that have become final are written
/// (1), the root is signed (2), every witness cosigns (3), and the note is kept and shown (4).
/// </summary>
/// <remarks>
/// A witness that is away holds checkpoints up, and no lookup: entries are durable without it, and their receipts are
/// proven when it is back. A witness that has seen more than the log has, or something else, ends the hub; so does another hub that took the log.
/// </remarks>
sealed class CheckpointWriter(
    AuditLog audit, LogTree tree, NoteSigner signer, IReadOnlyList<Witness> witnesses, IHostApplicationLifetime lifetime, ILogger<CheckpointWriter> log, TimeProvider time) : BackgroundService
{
    static readonly TimeSpan round = TimeSpan.FromMilliseconds(500);

    string? trouble;

    /// <summary>Since this start every witness has been shown the log: until then one may have seen more, however new the published checkpoint looks.</summary>
    bool wasShown;

    /// <summary>Why no checkpoint is published; null while they are.</summary>
    public string? Trouble => Volatile.Read(ref trouble);

    /// <summary>Why this log must not go on: it was put back or changed, or another hub writes it.</summary>
    public StoreException? RolledBack { get; private set; }

    /// <summary>Before anybody is served: what was published still holds, and a witness that is there has not seen more.</summary>
    /// <exception cref="StoreException">Foreign: the log was put back to an older copy, or changed.</exception>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await tree.Resume((ulong)audit.Size, cancellationToken).ConfigureAwait(false);
        await TryExtend(cancellationToken).ConfigureAwait(false);
        if (RolledBack is { } rolledBack)
            throw rolledBack;
        await base.StartAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <exception cref="WitnessException">A witness did not cosign.</exception>
    /// <exception cref="StoreException">The files do not fit each other, or what a witness has seen; or another hub writes the log.</exception>
    public async Task Extend(CancellationToken cancelled)
    {
        if (audit.Failure is { Fault: StoreFault.InUse or StoreFault.Foreign } ended)
            throw ended;
        var size = (ulong)audit.Size;
        if (wasShown && tree.Published?.Checkpoint.Size == size)
            return;

        // 1. Hashes of full tiles.
        var whole = await tree.Raise(size, cancelled).ConfigureAwait(false);

        // 2. The root over all entries.
        var checkpoint = new Checkpoint(signer.Key.Name, size, await whole.Root(cancelled).ConfigureAwait(false));
        var note = SignedNote.Sign(checkpoint.Body, signer);

        // 3. Whoever watches has seen it first.
        foreach (var witness in witnesses)
            note = await witness.Cosign(whole, note, cancelled).ConfigureAwait(false);

        // 4. Kept, then shown.
        tree.Publish(checkpoint, note);
        wasShown = true;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(round, time);
        do
        {
            if (!await TryExtend(stoppingToken).ConfigureAwait(false))
                return;
        }
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false));
    }

    async Task<bool> TryExtend(CancellationToken stop)
    {
        try
        {
            await Extend(stop).ConfigureAwait(false);
            if (Interlocked.Exchange(ref trouble, null) is not null)
                Log.CheckpointsAreBack(log);
            return true;
        }
        catch (StoreException e) when (e.Fault is StoreFault.Foreign or StoreFault.InUse)
        {
            RolledBack = e;
            Log.LogMustNotGoOn(log, e.Message);
            lifetime.StopApplication();
            return false;
        }
        catch (Exception e) when (!stop.IsCancellationRequested)
        {
            // Whatever a witness says or a disk does, the next round tries again.
            var why = e is WitnessException or StoreException or SqliteException ? e.Message : $"an unforeseen {e.GetType().Name}";
            if (Interlocked.Exchange(ref trouble, why) is null)
                Log.NoCheckpoint(log, why);
            return true;
        }
    }
}
