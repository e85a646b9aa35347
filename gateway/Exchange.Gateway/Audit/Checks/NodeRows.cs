using Exchange.Gateway.Audit.Reading;
using Exchange.Protocol.Transparency;

namespace Exchange.Gateway.Audit.Checks;

/// <summary>
/// The hashes above the leaves, level by level, as they are kept, beside those that the leaves make and those that the kept
/// hashes beneath them make. Of each level no more than one tile is held.
/// </summary>
/// <param name="size">Of the log that is read.</param>
/// <param name="published">Up to there every hash has to be there.</param>
sealed class NodeRows(LogReader reader, ulong size, ulong published, Findings findings)
{
    readonly List<Level> levels = [];

    // Over all full tiles beneath the checkpoint; null once one of their hashes is unknown.
    Frontier? byLeaves = new(), byNodes = new();

    /// <summary>How many were looked at.</summary>
    public ulong Count { get; private set; }

    /// <summary>Those that are not what the leaves make them.</summary>
    public Mismatches OfLeaves { get; } = new();

    /// <summary>Those that are not what the kept hashes beneath them make them.</summary>
    public Mismatches OfNodes { get; } = new();

    /// <summary>The next full tile's root, as its leaves make it; null when one is missing.</summary>
    public Task Add(byte[]? root, CancellationToken cancelled) => Add(1, root, root, cancelled);

    /// <summary>After the last tile.</summary>
    public async Task Finish(CancellationToken cancelled)
    {
        for (var level = 1; level <= levels.Count; level++)
            await Compare(level, cancelled).ConfigureAwait(false);
    }

    /// <summary>The root of the published tree; null when something is missing.</summary>
    /// <param name="tail">The leaves behind the last full tile.</param>
    /// <param name="trustNodes">From the hashes as they are kept, not from the leaves.</param>
    public byte[]? Root(IReadOnlyList<byte[]> tail, bool trustNodes)
    {
        if ((trustNodes ? byNodes : byLeaves)?.Copy() is not { } whole || whole.Size != published - (ulong)tail.Count)
            return null;
        foreach (var leaf in tail)
            whole.Add(leaf);
        return whole.Root();
    }

    async Task Add(int level, byte[]? fromLeaves, byte[]? fromNodes, CancellationToken cancelled)
    {
        if (levels.Count < level)
            levels.Add(new Level());
        var row = levels[level - 1];
        row.FromLeaves.Add(fromLeaves);
        row.FromNodes.Add(fromNodes);
        if (row.FromLeaves.Count == Tile.FullWidth)
            await Compare(level, cancelled).ConfigureAwait(false);
    }

    /// <summary>A row with what is kept of it; a full one leads to the level above.</summary>
    async Task Compare(int level, CancellationToken cancelled)
    {
        var row = levels[level - 1];
        if (row.FromLeaves.Count == 0)
            return;
        var kept = await reader.Nodes(Tile.Of(level, row.First, size), cancelled).ConfigureAwait(false);
        for (var i = 0; i < row.FromLeaves.Count; i++)
        {
            var place = row.First + (ulong)i;
            if (kept[i] is { } hash)
            {
                Count++;
                if (row.FromLeaves[i] is { } leaves && !hash.AsSpan().SequenceEqual(leaves))
                    OfLeaves.Add(level, place);
                if (row.FromNodes[i] is { } nodes && !hash.AsSpan().SequenceEqual(nodes))
                    OfNodes.Add(level, place);
            }
            else if (place < published >> (Tile.Height * level))
            {
                findings.Bad(TreeCheck.Tree, LogFault.NodeMissing, Tile.Of(level, place, size).Path, $"hash {place % Tile.FullWidth} of {Tile.Of(level, place, size).Path} is missing");
            }
            row.FromLeaves[i] ??= kept[i];
            kept[i] ??= row.FromLeaves[i];
            if (level == 1 && place < published / Tile.FullWidth)
                (byLeaves, byNodes) = (Extend(byLeaves, row.FromLeaves[i]), Extend(byNodes, kept[i]));
        }
        var (fromLeaves, fromNodes, isFull) = (row.FromLeaves, kept, row.FromLeaves.Count == Tile.FullWidth);
        levels[level - 1] = new Level { First = row.First + (ulong)row.FromLeaves.Count };
        if (isFull)
            await Add(level + 1, Complete(fromLeaves), Complete(fromNodes), cancelled).ConfigureAwait(false);
    }

    static Frontier? Extend(Frontier? frontier, byte[]? root)
    {
        if (root is null)
            return null;
        frontier?.AddComplete(root, Tile.FullWidth);
        return frontier;
    }

    static byte[]? Complete(IReadOnlyList<byte[]?> hashes) => hashes.Contains(null) ? null : TreeHash.Complete(hashes.SelectMany(hash => hash!).ToArray());

    sealed class Level
    {
        /// <summary>Place of the first hash of the row.</summary>
        public ulong First { get; init; }

        public List<byte[]?> FromLeaves { get; } = [];

        public List<byte[]?> FromNodes { get; } = [];
    }
}

/// <summary>Hashes that are not what lies beneath them: the first of each level, and how many.</summary>
sealed class Mismatches
{
    readonly SortedDictionary<int, (ulong First, long Count)> levels = [];

    public IReadOnlyDictionary<int, (ulong First, long Count)> Levels => levels;

    public void Add(int level, ulong place) => levels[level] = levels.TryGetValue(level, out var known) ? (known.First, known.Count + 1) : (place, 1);
}
