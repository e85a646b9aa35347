using System.Globalization;
using Exchange.Adapter.Journal;
using Exchange.Adapter.Telemetry;
using Exchange.Protocol.Transparency;

namespace Exchange.Adapter.Evidence;

/// <summary>
/// Holds one log to what it has said: a checkpoint is shown (1), it goes on with the one that was kept and is kept in its place (2), and every
/// receipt that it should contain is under it, which is written down with its proof (3). What is late is told (4).
/// </summary>
sealed class LogWatch(LogPin pin, IReadOnlyList<LogPlace> places, IReadOnlyList<string> pinned, AgencyJournal journal, LogAlarms alarms, AdapterMetrics metrics, TimeProvider time)
{
    /// <summary>By then a receipt is under a checkpoint: a hub publishes one each half second.</summary>
    public static readonly TimeSpan Late = TimeSpan.FromSeconds(10);

    /// <summary>How long one look may take; what it has proven by then is kept.</summary>
    static readonly TimeSpan longestLook = TimeSpan.FromSeconds(20);

    readonly TileShelf shelf = new();
    LogPlace? last;
    long? awaySince;

    public string Name => pin.Key.Name;

    /// <summary>One look. Whatever is wrong is an alarm, and never thrown.</summary>
    /// <exception cref="OperationCanceledException">The adapter stops.</exception>
    public async Task Look(CancellationToken stop)
    {
        using var slow = new CancellationTokenSource(longestLook, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(slow.Token, stop);
        try
        {
            await Hold(either.Token).ConfigureAwait(false);
        }
        catch (LogTroubleException e)
        {
            Trouble(e.Fault, e.Message);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            Trouble(LogFault.LogUnreachable, $"what {Name} shows was not read within {longestLook.TotalSeconds:0} s");
        }
        catch (JournalUnavailableException)
        {
            // The journal's own health says so; the next look finds what this one did.
        }
    }

    async Task Hold(CancellationToken cancelled)
    {
        // 1. Signed by the log, cosigned by every witness.
        var (place, shown, note) = await Shown(cancelled).ConfigureAwait(false);
        awaySince = null;
        var now = new KeptCheckpoint(Name, shown.Size, note, time.GetUtcNow().ToUnixTimeMilliseconds());
        shelf.DropPartial();
        TileSource tiles = (tile, token) => shelf.Read(place, tile, token);

        // 2. Nothing that was there is gone.
        if (!await GoesOn(now, shown, tiles, cancelled).ConfigureAwait(false))
        {
            alarms.Note(Name, LogFault.None, "");
            return;
        }

        // 3. What it should contain.
        await Prove(now, shown, tiles, cancelled).ConfigureAwait(false);

        // 4. What it should contain by now.
        var oldest = journal.Evidence.Oldest(Name);
        if (oldest is { } since && Age(since) > Late)
            alarms.Note(Name, LogFault.NotIncludedInTime, string.Create(CultureInfo.InvariantCulture, $"a receipt of {Name} is {Age(since).TotalSeconds:0} s old, and no entry of the {shown.Size} that were published is its own"));
        else
            alarms.Note(Name, LogFault.None, "");
    }

    /// <summary>The place that showed it last is asked first; any other may have become its address.</summary>
    async Task<(LogPlace Place, Checkpoint Checkpoint, string Note)> Shown(CancellationToken cancelled)
    {
        LogTroubleException? worst = null;
        foreach (var place in places.OrderBy(place => place != last))
        {
            try
            {
                var note = await place.Checkpoint(cancelled).ConfigureAwait(false);
                var fault = CheckpointRules.Judge(note, pin.Key, pin.Witnesses, out var checkpoint);
                if (fault == LogFault.None)
                {
                    last = place;
                    return (place, checkpoint!, note);
                }
                // Another replica of this hub shows its own log there.
                if (fault != LogFault.CheckpointOfAnotherLog || !pinned.Contains(checkpoint!.Origin))
                    Blame(new LogTroubleException(fault, Says(fault, place)));
            }
            catch (LogTroubleException e)
            {
                Blame(e);
            }
        }
        throw worst ?? new LogTroubleException(LogFault.LogUnreachable, $"no address of the hub shows {Name}");

        // Something wrong that is shown says more than nothing shown.
        void Blame(LogTroubleException trouble)
        {
            if (worst is null || worst.Fault is LogFault.LogUnreachable or LogFault.CheckpointMissing)
                worst = trouble;
        }
    }

    string Says(LogFault fault, LogPlace place) => $"{place.Where} " + fault switch
    {
        LogFault.CheckpointMalformed => "shows what is no checkpoint",
        LogFault.CheckpointOfAnotherLog => $"shows a checkpoint of another log than {Name}",
        LogFault.CheckpointOfAnotherKey => $"shows a checkpoint of {Name} that its key has not signed",
        LogFault.CheckpointForged => $"shows a checkpoint of {Name} with a signature that is of another text",
        LogFault.WitnessForged => $"shows a checkpoint of {Name} with a cosignature that is of another text",
        _ => $"shows a checkpoint of {Name} that not every pinned witness has cosigned",
    };

    /// <returns>False when this checkpoint must not be built upon.</returns>
    async Task<bool> GoesOn(KeptCheckpoint now, Checkpoint shown, TileSource tiles, CancellationToken cancelled)
    {
        if (journal.Evidence.Kept(Name) is not { } kept)
        {
            await journal.Write(new NewCheckpoint(now)).ConfigureAwait(false);
            return true;
        }
        if (!Checkpoint.TryOpen(kept.Note, pin.Key, out var older, out _))
        {
            await alarms.Raise(Name, LogFault.CheckpointOfAnotherKey, $"the kept checkpoint of {Name} was signed by another key than the pinned one; the log is held to what it shows from now on", kept.Note, now.Note).ConfigureAwait(false);
            await journal.Write(new NewCheckpoint(now)).ConfigureAwait(false);
            return true;
        }
        if (shown.Size < older.Size)
        {
            await alarms.Raise(Name, LogFault.RolledBack, $"{Name} had published {older.Size} entries and shows {shown.Size}", kept.Note, now.Note).ConfigureAwait(false);
            return false;
        }
        if (older.Size == shown.Size ? !older.Root.AsSpan().SequenceEqual(shown.Root) : !await Contains(older, shown, tiles, cancelled).ConfigureAwait(false))
        {
            await alarms.Raise(Name, LogFault.Forked, $"the first {older.Size} entries of {Name} are not those that it had published", kept.Note, now.Note).ConfigureAwait(false);
            return false;
        }
        if (older.Size < shown.Size)
            await journal.Write(new NewCheckpoint(now)).ConfigureAwait(false);
        return true;
    }

    /// <summary>Whether the older tree is the beginning of the newer one: yes and no are both proven, or it is thrown.</summary>
    async Task<bool> Contains(Checkpoint older, Checkpoint newer, TileSource tiles, CancellationToken cancelled)
    {
        if (older.Size == 0)
            return true;
        var path = await new TileTree(newer.Size, tiles).Consistency(older.Size, cancelled).ConfigureAwait(false);
        if (TreeProof.IsConsistent(older.Size, older.Root, newer.Size, newer.Root, path))
            return true;
        // A fork only if the tiles do lead to the newer root: from another beginning.
        var beginning = await new TileTree(older.Size, tiles).Root(cancelled).ConfigureAwait(false);
        if (!beginning.AsSpan().SequenceEqual(older.Root) && TreeProof.IsConsistent(older.Size, beginning, newer.Size, newer.Root, path))
            return false;
        throw NoRoot();
    }

    async Task Prove(KeptCheckpoint now, Checkpoint shown, TileSource tiles, CancellationToken cancelled)
    {
        LogTroubleException? first = null;
        WaitingReceipt? after = null;
        while (true)
        {
            var page = journal.Evidence.Waiting(Name, shown.Size, after);
            if (page.Count == 0)
                break;
            var found = new InclusionBatch(shown, new TileTree(shown.Size, tiles, remembers: true));
            try
            {
                first = await found.Run(page, cancelled).ConfigureAwait(false) ?? first;
            }
            finally
            {
                await Keep(now, found).ConfigureAwait(false);
            }
            after = page[^1];
        }
        if (first is null)
            return;
        shelf.Clear();
        throw first;
    }

    async Task Keep(KeptCheckpoint now, InclusionBatch found)
    {
        if (found.Contradicted.Count > 0)
        {
            var one = found.Contradicted[0];
            await alarms.Raise(Name, LogFault.NotIncluded,
                $"entry {one.Index} of {Name} is another one than the receipt of request {Convert.ToHexStringLower(one.RequestId)} says", "", now.Note).ConfigureAwait(false);
        }
        if (found.Proofs.Count + found.Contradicted.Count == 0)
            return;
        await journal.Write(new ProvenReceipts(now, found.Proofs, [.. found.Contradicted.Select(one => one.Id)])).ConfigureAwait(false);
        metrics.Receipts("proven", found.Proofs.Count);
        metrics.Receipts("contradicted", found.Contradicted.Count);
    }

    /// <summary>That nothing can be read is told once it has lasted: a hub may start again.</summary>
    void Trouble(LogFault fault, string says)
    {
        if (fault is LogFault.LogUnreachable or LogFault.CheckpointMissing)
        {
            awaySince ??= time.GetTimestamp();
            if (time.GetElapsedTime(awaySince.Value) < Late)
                return;
        }
        alarms.Note(Name, fault, says);
    }

    TimeSpan Age(long receivedUnixMs) => TimeSpan.FromMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds() - receivedUnixMs);

    LogTroubleException NoRoot()
    {
        shelf.Clear();
        return new LogTroubleException(LogFault.RootDiffers, $"the hashes that {Name} shows do not lead to the root that it has signed");
    }
}
