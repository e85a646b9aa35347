using System.Numerics;

namespace Exchange.Protocol.Transparency;

/// <summary>
/// The tree of a log of one size, read from its tiles: its root, and proofs. Nothing read is believed; a proof is worth
/// what <see cref="TreeProof"/> says of it.
/// </summary>
/// <param name="remembers">
/// Keep every tile that was read and every hash that was computed, for many proofs of one tree: each tile is then read once, so that what one proof
/// was good with is what the next one uses, and the hashes of a whole tile cost one each and not 255. For one batch of proofs, since it only grows;
/// and for one thread.
/// </param>
public sealed class TileTree(ulong size, TileSource tiles, bool remembers = false)
{
    readonly Dictionary<(ulong From, ulong To), byte[]>? known = remembers ? [] : null;
    readonly Dictionary<Tile, ReadOnlyMemory<byte>>? read = remembers ? [] : null;

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

    /// <summary>The hash of one leaf, as its tile has it.</summary>
    public ValueTask<byte[]> Leaf(ulong index, CancellationToken cancelled)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, size);
        return Run(index, index + 1, cancelled);
    }

    /// <summary>The root over leaves <paramref name="from"/> up to, without, <paramref name="to"/>, which the tree divides there.</summary>
    async ValueTask<byte[]> Subtree(ulong from, ulong to, CancellationToken cancelled)
    {
        var leaves = to - from;
        if (known?.TryGetValue((from, to), out var before) == true)
            return before;
        // A complete subtree is one run of hashes in one tile; whoever remembers divides it down to those, so that each node is made once.
        var isRun = BitOperations.IsPow2(leaves) && (known is null || BitOperations.Log2(leaves) % Tile.Height == 0);
        var hash = isRun ? await Run(from, to, cancelled).ConfigureAwait(false) : await Divided(from, to, cancelled).ConfigureAwait(false);
        known?.Add((from, to), hash);
        return hash;
    }

    async ValueTask<byte[]> Divided(ulong from, ulong to, CancellationToken cancelled)
    {
        var middle = from + TreeHash.Split(to - from);
        var left = await Subtree(from, middle, cancelled).ConfigureAwait(false);
        var right = await Subtree(middle, to, cancelled).ConfigureAwait(false);
        return TreeHash.Node(left, right);
    }

    /// <summary>Of a complete subtree, which begins at a multiple of its leaves.</summary>
    async ValueTask<byte[]> Run(ulong from, ulong to, CancellationToken cancelled)
    {
        var leaves = to - from;
        var level = BitOperations.Log2(leaves) / Tile.Height;
        var (position, count) = (from >> (Tile.Height * level), (int)(leaves >> (Tile.Height * level)));
        var tile = Tile.Of(level, position, size);
        if (read is null || !read.TryGetValue(tile, out var hashes))
        {
            hashes = await tiles(tile, cancelled).ConfigureAwait(false);
            read?.Add(tile, hashes);
        }
        var at = (int)(position % Tile.FullWidth) * TreeHash.Length;
        return TreeHash.Complete(hashes.Span.Slice(at, count * TreeHash.Length));
    }
}
