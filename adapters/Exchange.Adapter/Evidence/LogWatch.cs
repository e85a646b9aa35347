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

    /// <summary>The oldest receipt that waits, and since when it was seen to, while the log could be read: by no clock that can be set.</summary>
    (long Receipt, long Since)? waiting;

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
        var (all, away) = await Shown(cancelled).ConfigureAwait(false);
        var (place, shown, note) = all[0];
        last = place;
        var now = new KeptCheckpoint(Name, shown.Size, note, time.GetUtcNow().ToUnixTimeMilliseconds());
        shelf.DropPartial();
        TileSource tiles = (tile, token) => shelf.Read(place, tile, token);

        // 2. Nothing that was there is gone.
        var goesOn = await GoesOn(now, all, away, tiles, cancelled).ConfigureAwait(false);
        awaySince = null;
        if (!goesOn)
        {
            alarms.Note(Name, LogFault.None, "");
            return;
        }

        // 3. What it should contain.
        await Prove(now, shown, tiles, cancelled).ConfigureAwait(false);

        // 4. What it should contain by now.
        if (journal.Evidence.Oldest(Name) is not { } oldest)
            waiting = null;
        else if (waiting?.Receipt != oldest)
            waiting = (oldest, time.GetTimestamp());
        if (waiting is { } since && time.GetElapsedTime(since.Since) is var waited && waited > Late)
            alarms.Note(Name, LogFault.NotIncludedInTime, string.Create(CultureInfo.InvariantCulture, $"a receipt of {Name} has waited for {waited.TotalSeconds:0} s, and no entry of the {shown.Size} that were published is its own"));
        else
            alarms.Note(Name, LogFault.None, "");
    }

    /// <summary>
    /// What all places show, the largest first: any of them may show an old checkpoint of a log that is not its own, and one that shows a newer one
    /// clears the log of it.
    /// </summary>
    /// <returns>At least one; and a place that could not be read, which may be the log's own.</returns>
    /// <exception cref="LogTroubleException">No place shows a good one.</exception>
    async Task<(IReadOnlyList<ShownCheckpoint> All, LogPlace? Away)> Shown(CancellationToken cancelled)
    {
        var asked = await Task.WhenAll(places.Select(place => Ask(place, cancelled))).ConfigureAwait(false);
        var good = asked.Select(one => one.Shown).OfType<ShownCheckpoint>().OrderByDescending(one => one.Checkpoint.Size).ThenBy(one => one.Place != last).ToList();
        var troubles = asked.Select(one => one.Trouble).OfType<LogTroubleException>().ToList();
        if (good.Count == 0)
            // Something wrong that is shown says more than nothing shown.
            throw troubles.Find(one => !IsAway(one)) ?? troubles.FirstOrDefault() ?? new LogTroubleException(LogFault.LogUnreachable, $"no address of the hub shows {Name}");
        return (good, places.Zip(asked).FirstOrDefault(one => one.Second.Trouble is { } trouble && IsAway(trouble)).First);
    }

    /// <returns>Nothing at all from another replica, which shows its own log.</returns>
    async Task<(ShownCheckpoint? Shown, LogTroubleException? Trouble)> Ask(LogPlace place, CancellationToken cancelled)
    {
        try
        {
            var note = await place.Checkpoint(cancelled).ConfigureAwait(false);
            var fault = CheckpointRules.Judge(note, pin.Key, pin.Witnesses, out var checkpoint);
            if (fault == LogFault.None)
                return (new ShownCheckpoint(place, checkpoint!, note), null);
            return (null, fault == LogFault.CheckpointOfAnotherLog && pinned.Contains(checkpoint!.Origin) ? null : new LogTroubleException(fault, Says(fault, place)));
        }
        catch (LogTroubleException e)
        {
            return (null, e);
        }
    }

    static bool IsAway(LogTroubleException trouble) => trouble.Fault is LogFault.LogUnreachable or LogFault.CheckpointMissing;

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
    /// <exception cref="LogTroubleException">It cannot be told.</exception>
    async Task<bool> GoesOn(KeptCheckpoint now, IReadOnlyList<ShownCheckpoint> all, LogPlace? away, TileSource tiles, CancellationToken cancelled)
    {
        var (place, shown, _) = all[0];
        var kept = journal.Evidence.Kept(Name);
        if (kept is not null && !Checkpoint.TryOpen(kept.Note, pin.Key, out _, out _))
        {
            await alarms.Raise(Name, LogFault.CheckpointOfAnotherKey, $"the kept checkpoint of {Name} was signed by another key than the pinned one; the log is held to what it shows from now on", kept.Note, now.Note).ConfigureAwait(false);
            kept = null;
        }
        if (kept is not null && Checkpoint.TryOpen(kept.Note, pin.Key, out var older, out _))
        {
            if (shown.Size < older.Size)
            {
                // The place that is away may show what was published, as it did.
                if (away is not null)
                    throw new LogTroubleException(LogFault.LogUnreachable, $"{place.Where} shows {shown.Size} entries of {Name}, which had published {older.Size}, and {away.Where} cannot be read");
                await alarms.Raise(Name, LogFault.RolledBack, $"{Name} had published {older.Size} entries, and no address shows more than {place.Where}, which shows {shown.Size}", kept.Note, now.Note).ConfigureAwait(false);
                return false;
            }
            if (!await Begins(older, shown, tiles, cancelled).ConfigureAwait(false))
            {
                await alarms.Raise(Name, LogFault.Forked, $"the first {older.Size} entries of {Name} at {place.Where} are not those that it had published", kept.Note, now.Note).ConfigureAwait(false);
                return false;
            }
        }
        foreach (var other in all.Skip(1).Where(one => one.Note != kept?.Note && one.Note != now.Note))
        {
            if (await Begins(other.Checkpoint, shown, tiles, cancelled).ConfigureAwait(false))
                continue;
            await alarms.Raise(Name, LogFault.Forked, $"the {other.Checkpoint.Size} entries of {Name} at {other.Place.Where} are not those that {place.Where} shows", other.Note, now.Note).ConfigureAwait(false);
            return false;
        }
        if (kept is null || kept.Size < shown.Size)
            await journal.Write(new NewCheckpoint(now)).ConfigureAwait(false);
        return true;
    }

    async Task<bool> Begins(Checkpoint older, Checkpoint newer, TileSource tiles, CancellationToken cancelled) =>
        older.Size == newer.Size ? older.Root.AsSpan().SequenceEqual(newer.Root) : await Contains(older, newer, tiles, cancelled).ConfigureAwait(false);

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
        var after = 0L;
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
            after = page[^1].Id;
        }
        if (first is null)
            return;
        shelf.Clear();
        throw first;
    }

    async Task Keep(KeptCheckpoint now, InclusionBatch found)
    {
        if (found.Says is { } says)
            await alarms.Raise(Name, LogFault.NotIncluded, says, "", now.Note).ConfigureAwait(false);
        var proofs = found.Proofs;
        if (proofs.Count + found.Contradicted.Count == 0)
            return;
        await journal.Write(new ProvenReceipts(now, proofs, found.Contradicted)).ConfigureAwait(false);
        metrics.Receipts("proven", proofs.Sum(proof => proof.Ways.Count));
        metrics.Receipts("contradicted", found.Contradicted.Count);
    }

    /// <summary>That nothing can be read is told once it has lasted: a hub may start again.</summary>
    void Trouble(LogFault fault, string says)
    {
        if (fault is LogFault.LogUnreachable or LogFault.CheckpointMissing)
        {
            waiting = null;
            awaySince ??= time.GetTimestamp();
            if (time.GetElapsedTime(awaySince.Value) < Late)
                return;
        }
        alarms.Note(Name, fault, says);
    }

    LogTroubleException NoRoot()
    {
        shelf.Clear();
        return new LogTroubleException(LogFault.RootDiffers, $"the hashes that {Name} shows do not lead to the root that it has signed");
    }
}
