using Exchange.Gateway.Audit.Reading;
using Exchange.Hosting.Commands;
using Exchange.Protocol.Transparency;

namespace Exchange.Gateway.Audit.Checks;

/// <summary>
/// Whether every leaf hash is that of its entry, every hash above that of what lies beneath it, and all of them make the root
/// that was signed. One pass over the log, in the memory of a few tiles; where two things differ, the tree tells which was changed.
/// </summary>
/// <param name="size">Entries to read; those behind the checkpoint are held against their leaf hashes alone.</param>
/// <param name="checkpoint">Null: there is none to hold the root against.</param>
sealed class TreeCheck(LogReader reader, ulong size, Checkpoint? checkpoint, Findings findings, Progress progress)
{
    public const string Entries = "entries", Tree = "tree", Root = "root", Tiles = "tiles";

    readonly ulong published = checkpoint?.Size ?? 0;
    readonly NodeRows nodes = new(reader, size, checkpoint?.Size ?? 0, findings);

    /// <summary>The tile in which the published tree ends; null when it ends with a full one, or was not read.</summary>
    LeafRow? tail;

    /// <summary>Looks at each entry that is there, beside what is done here.</summary>
    public Action<ulong, byte[]>? Look { get; init; }

    int TailLength => (int)(published % Tile.FullWidth);

    public async Task Run(CancellationToken cancelled)
    {
        try
        {
            await foreach (var tile in reader.All(size, cancelled).ConfigureAwait(false))
            {
                var row = await Judge(tile, cancelled).ConfigureAwait(false);
                if (tile.Tile.Index == published / Tile.FullWidth && TailLength <= tile.Tile.Width)
                    tail = row;
                if (row.IsFull)
                    await nodes.Add(row.Root(), cancelled).ConfigureAwait(false);
                progress.At(Entries, tile.First + (ulong)tile.Tile.Width, size);
            }
        }
        catch (TileMissingException e)
        {
            findings.Bad(Entries, LogFault.EntryMissing, $"entry {e.Tile.Index * Tile.FullWidth}", e.Message);
        }
        await nodes.Finish(cancelled).ConfigureAwait(false);
        Conclude();
    }

    async Task<LeafRow> Judge(LeafTile tile, CancellationToken cancelled)
    {
        if (tile.Trouble is { } trouble)
            findings.Bad(Tiles, LogFault.TileMalformed, tile.Tile.Path, trouble);
        for (var i = 0; i < tile.Leaves.Length; i++)
        {
            var number = tile.First + (ulong)i;
            if (tile.Leaves[i].Entry is { } entry)
                Look?.Invoke(number, entry);
            else if (tile.Leaves[i].Hash is null && tile.Trouble is null)
                findings.Bad(Entries, LogFault.EntryMissing, $"entry {number}", $"entry {number} is missing");
        }
        var row = new LeafRow(tile);
        if (row.Differing.Count == 0)
            return row;
        var above = row.IsFull ? (await reader.Nodes(Tile.Of(1, tile.Tile.Index, size), cancelled).ConfigureAwait(false))[tile.Tile.Index % Tile.FullWidth] : null;
        if (above is not null)
            Accuse(row.Differing, row.Settle(above));
        else if (row.First == published - (ulong)TailLength)
            row.IsOpen = true;
        else
            Accuse(row.Differing, LogFault.EntryOrHashChanged);
        return row;
    }

    /// <summary>What the root says of everything together, and of what was left open.</summary>
    void Conclude()
    {
        var fit = FindRoot(out var isKnown);
        if (tail is { IsOpen: true } open)
        {
            Accuse(open.Differing.Where(number => number < published), fit is not { } way ? LogFault.EntryOrHashChanged : way.TrustEntries ? LogFault.LeafHashChanged : LogFault.EntryChanged);
            Accuse(open.Differing.Where(number => number >= published), LogFault.EntryOrHashChanged);
        }
        if (fit is { TrustNodes: true })
            AccuseTiles();
        else if (fit is not null || !isKnown || checkpoint is null)
            AccuseNodes(nodes.OfLeaves, from: 1);

        if (!reader.HasEntries || findings.Has(Tiles))
            findings.NotChecked(Entries, reader.HasEntries ? "what is missing or broken of the tiles was not checked" : $"entries are not shown here; the hashes of {size} were checked");
        else if (!findings.Has(Entries))
            findings.Good(Entries, $"{size} entries, each is what its leaf hash says{(size > published ? $"; {size - published} are newer than the checkpoint" : "")}");
        if (!findings.Has(Tree) && nodes.OfLeaves.Levels.Count == 0)
            findings.Good(Tree, $"{nodes.Count} hashes above the leaves, each is that of what lies beneath it");
        ConcludeRoot(fit, isKnown);
    }

    void ConcludeRoot((bool TrustNodes, bool TrustEntries)? fit, bool isKnown)
    {
        if (checkpoint is null)
            findings.NotChecked(Root, "there is no checkpoint to hold the root against");
        else if (published > size)
            findings.Bad(Root, LogFault.RolledBack, $"entry {size}", $"there are {size} entries, and a checkpoint over {published} was published: the log was put back to an older copy");
        else if (fit is { TrustNodes: true })
            findings.NotChecked(Root, "the hashes above the leaves make the root of the checkpoint, the leaves as they are make another");
        else if (fit is not null)
            findings.Good(Root, $"the first {published} entries make the root of the checkpoint");
        else if (!isKnown)
            findings.NotChecked(Root, "what is missing leaves no root to hold against the checkpoint");
        else if (nodes.OfLeaves.Levels.TryGetValue(1, out var first))
            findings.Bad(Root, LogFault.RootDiffers, LeafTilePath(first.First), $"the entries make another root than the checkpoint says; {LeafTilePath(first.First)} is the first that does not fit the hash above it", first.Count);
        else
            findings.Bad(Root, LogFault.RootDiffers, "", "the entries make another root than the checkpoint says, though all hashes fit each other: they were made again after something was changed, or the change is in the last tile");
    }

    /// <summary>Which of what differs has to be believed to arrive at the root that was published; null when nothing leads there.</summary>
    /// <param name="isKnown">Whether there was a root at all.</param>
    (bool TrustNodes, bool TrustEntries)? FindRoot(out bool isKnown)
    {
        isKnown = false;
        foreach (var trustNodes in new[] { false, true })
            foreach (var trustEntries in new[] { tail?.ByEntries ?? false, !(tail?.ByEntries ?? false) })
            {
                var leaves = TailLength == 0 ? [] : tail?.Take(TailLength, trustEntries);
                if (leaves is null || nodes.Root(leaves, trustNodes) is not { } root)
                    continue;
                isKnown = true;
                if (checkpoint is not null && root.AsSpan().SequenceEqual(checkpoint.Root))
                    return (trustNodes, trustEntries);
            }
        return null;
    }

    void Accuse(IEnumerable<ulong> numbers, LogFault fault)
    {
        foreach (var number in numbers)
            findings.Bad(Entries, fault, $"entry {number}", fault switch
            {
                LogFault.EntryChanged => $"entry {number} was changed: its leaf hash is the one in the tree, and not that of the entry",
                LogFault.LeafHashChanged => $"the leaf hash of entry {number} was changed: the tree has that of the entry as it is",
                _ => $"entry {number} and its leaf hash do not fit each other",
            });
    }

    /// <summary>The hashes above lead to the root, and not what lies beneath them.</summary>
    void AccuseTiles()
    {
        if (nodes.OfLeaves.Levels.TryGetValue(1, out var tiles))
            findings.Bad(Entries, LogFault.TileChanged, LeafTilePath(tiles.First),
                $"something among entries {tiles.First * Tile.FullWidth} to {tiles.First * Tile.FullWidth + Tile.FullWidth - 1} ({LeafTilePath(tiles.First)}) was changed together with its leaf hash", tiles.Count);
        AccuseNodes(nodes.OfNodes, from: 2);
    }

    void AccuseNodes(Mismatches wrong, int from)
    {
        foreach (var (level, (place, count)) in wrong.Levels.Where(one => one.Key >= from))
        {
            var tile = Tile.Of(level, place, size).Path;
            findings.Bad(Tree, LogFault.NodeChanged, tile, $"hash {place % Tile.FullWidth} of {tile} was changed: it is not that of {Tile.Of(level - 1, place * Tile.FullWidth, size).Path}", count);
        }
    }

    string LeafTilePath(ulong place) => Tile.Of(0, place * Tile.FullWidth, size).Path;
}
