using Exchange.Gateway.Audit.Reading;
using Exchange.Protocol.Transparency;

namespace Exchange.Gateway.Audit.Checks;

/// <summary>Whether a log goes on with a checkpoint that was kept earlier: that everything it had then it has now, in its place.</summary>
static class SinceCheck
{
    public const string Name = "since";

    /// <param name="kept">The note, whose signature is checked too.</param>
    /// <param name="now">The log's checkpoint, which its tree was found to make.</param>
    public static async Task Run(LogReader reader, string kept, Checkpoint now, NoteKey key, Findings findings, CancellationToken cancelled)
    {
        var apart = new Findings();
        if (CheckpointCheck.Run(kept, key, [], apart, Name) is not { } older || !apart.IsGood)
        {
            var wrong = apart.All[0];
            findings.Bad(Name, wrong.Fault, "the kept checkpoint", $"the kept checkpoint: {wrong.Says}");
            return;
        }
        if (older.Size > now.Size)
        {
            findings.Bad(Name, LogFault.RolledBack, $"entry {now.Size}", $"the kept checkpoint is over {older.Size} entries, and this log has published {now.Size}: it was put back, or an older one is shown");
            return;
        }
        try
        {
            var tree = new TileTree(now.Size, reader.Hashes);
            if (!(await tree.Root(cancelled).ConfigureAwait(false)).AsSpan().SequenceEqual(now.Root))
                findings.NotChecked(Name, "the hashes do not make the root of the checkpoint, so nothing can be proven with them");
            else if (GoesOn(older, now, older.Size == 0 ? [] : await tree.Consistency(older.Size, cancelled).ConfigureAwait(false)))
                findings.Good(Name, $"it goes on with the kept checkpoint over {older.Size} entries");
            else
                findings.Bad(Name, LogFault.Forked, $"entry {older.Size}", $"the first {older.Size} entries are not those of the kept checkpoint: two histories of one log were signed");
        }
        catch (TileMissingException e)
        {
            findings.NotChecked(Name, $"nothing can be proven: {e.Message}");
        }
    }

    static bool GoesOn(Checkpoint older, Checkpoint now, IReadOnlyList<byte[]> path) => TreeProof.IsConsistent(older.Size, older.Root, now.Size, now.Root, path);
}
