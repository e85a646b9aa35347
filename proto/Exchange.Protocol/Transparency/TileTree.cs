using System.Numerics;

namespace Exchange.Protocol.Transparency;

/// <summary>
/// The tree of a log of one size, read from its tiles: its root, and proofs. Nothing read is believed; a proof is worth
/// what <see cref="TreeProof"/> says of it.
/// </summary>
public sealed class TileTree(ulong size, TileSource tiles)
{
    public ulong Size => size;

    public async ValueTask<byte[]> Root(CancellationToken cancelled) =>
        size == 0 ? TreeHash.Empty() : await Subtree(0, size, cancelled).ConfigureAwait(false);

    /// <summary>That an entry is in the tree: RFC 6962, section 2.1.1.</summary>
    public async ValueTask<IReadOnlyList<byte[]>> Inclusion(ulong index, CancellationToken cancelled)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, size);
        var path = new List<byte[]>();
        var (from, to) = (0UL, size);
        while (to - from > 1)
        {
            var middle = from + TreeHash.Split(to - from);
            var isLeft = index < middle;
            path.Add(isLeft ? await Subtree(middle, to, cancelled).ConfigureAwait(false) : await Subtree(from, middle, cancelled).ConfigureAwait(false));
            (from, to) = isLeft ? (from, middle) : (middle, to);
        }
        path.Reverse();
        return path;
    }

    /// <summary>That the tree goes on with an older one: RFC 6962, section 2.1.2.</summary>
    /// <param name="older">Its size, from 1 to this one's.</param>
    public async ValueTask<IReadOnlyList<byte[]>> Consistency(ulong older, CancellationToken cancelled)
    {
        ArgumentOutOfRangeException.ThrowIfZero(older);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(older, size);
        var path = new List<byte[]>();
        var (from, to, isWhole) = (0UL, size, true);
        while (older != to)
        {
            var middle = from + TreeHash.Split(to - from);
            if (older <= middle)
            {
                path.Add(await Subtree(middle, to, cancelled).ConfigureAwait(false));
                to = middle;
            }
            else
            {
                path.Add(await Subtree(from, middle, cancelled).ConfigureAwait(false));
                (from, isWhole) = (middle, false);
            }
        }
        if (!isWhole)
            path.Add(await Subtree(from, to, cancelled).ConfigureAwait(false));
        path.Reverse();
        return path;
    }

    /// <summary>The root over leaves <paramref name="from"/> up to, without, <paramref name="to"/>, which the tree divides there.</summary>
    async ValueTask<byte[]> Subtree(ulong from, ulong to, CancellationToken cancelled)
    {
        var leaves = to - from;
        if (!BitOperations.IsPow2(leaves))
        {
            var middle = from + TreeHash.Split(leaves);
            var left = await Subtree(from, middle, cancelled).ConfigureAwait(false);
            var right = await Subtree(middle, to, cancelled).ConfigureAwait(false);
            return TreeHash.Node(left, right);
        }
        // A complete subtree begins at a multiple of its leaves, so it is one run of hashes in one tile.
        var level = BitOperations.Log2(leaves) / Tile.Height;
        var (position, count) = (from >> (Tile.Height * level), (int)(leaves >> (Tile.Height * level)));
        var tile = Tile.Of(level, position, size);
        var hashes = await tiles(tile, cancelled).ConfigureAwait(false);
        var at = (int)(position % Tile.FullWidth) * TreeHash.Length;
        return TreeHash.Complete(hashes.Span.Slice(at, count * TreeHash.Length));
    }
}
