using Exchange.Gateway.Audit.Reading;
using Exchange.Protocol.Transparency;

namespace Exchange.Gateway.Audit.Checks;

/// <summary>The leaf hashes of one tile twice: as they are kept, and as its entries make them. What is missing of one is taken from the other.</summary>
sealed class LeafRow
{
    readonly byte[]?[] kept;
    readonly byte[]?[] made;

    public LeafRow(LeafTile tile)
    {
        First = tile.First;
        kept = new byte[]?[tile.Leaves.Length];
        made = new byte[]?[tile.Leaves.Length];
        for (var i = 0; i < kept.Length; i++)
        {
            var (entry, hash) = tile.Leaves[i];
            var own = entry is null ? hash : TreeHash.Leaf(entry);
            (kept[i], made[i]) = (hash ?? own, own);
            if (hash is not null && !hash.AsSpan().SequenceEqual(own))
                Differing.Add(First + (ulong)i);
        }
    }

    /// <summary>Number of the first.</summary>
    public ulong First { get; }

    /// <summary>Numbers of those whose entry and leaf hash do not fit each other.</summary>
    public List<ulong> Differing { get; } = [];

    public bool IsFull => kept.Length == Tile.FullWidth;

    /// <summary>Which of the two is taken from now on.</summary>
    public bool ByEntries { get; private set; }

    /// <summary>Which of the two is right is for the root to say.</summary>
    public bool IsOpen { get; set; }

    /// <summary>The root of a full tile; null when a leaf is missing.</summary>
    public byte[]? Root() => Root(ByEntries ? made : kept);

    /// <summary>The first hashes of the row; null when one of them is missing.</summary>
    public IReadOnlyList<byte[]>? Take(int count, bool byEntries)
    {
        byte[][] row = [.. (byEntries ? made : kept).Take(count).OfType<byte[]>()];
        return row.Length == count ? row : null;
    }

    /// <summary>Which of the two the hash above is over, and so what was changed.</summary>
    public LogFault Settle(ReadOnlySpan<byte> above)
    {
        if (above.SequenceEqual(Root(kept)))
            return LogFault.EntryChanged;
        ByEntries = above.SequenceEqual(Root(made));
        return ByEntries ? LogFault.LeafHashChanged : LogFault.EntryOrHashChanged;
    }

    static byte[]? Root(byte[]?[] row)
    {
        var hashes = new byte[row.Length * TreeHash.Length];
        for (var i = 0; i < row.Length; i++)
        {
            if (row[i] is not { } hash)
                return null;
            hash.CopyTo(hashes, i * TreeHash.Length);
        }
        return TreeHash.Complete(hashes);
    }
}
