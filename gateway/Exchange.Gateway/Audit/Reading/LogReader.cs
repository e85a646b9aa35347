using System.Runtime.CompilerServices;
using Exchange.Protocol.Transparency;

namespace Exchange.Gateway.Audit.Reading;

/// <summary>
/// A log as somebody reads it who does not write it: beside its hub, or from a copy. Nothing read is believed, and what is
/// missing is null, so that a check goes on behind it.
/// </summary>
abstract class LogReader : IAsyncDisposable
{
    /// <summary>Tiles without a single leaf, one after the other, after which nobody goes on: a million entries.</summary>
    const int MostEmpty = 4096;

    /// <summary>A file, folder or address, for messages.</summary>
    public abstract string Where { get; }

    /// <summary>Tiles asked for at once; more than one only where each takes a way of its own.</summary>
    protected virtual int Ahead => 1;

    /// <summary>False where hashes alone are shown. Known once <see cref="Count"/> was asked.</summary>
    public virtual bool HasEntries => true;

    /// <summary>The newest checkpoint as it stands there; null when there is none.</summary>
    public abstract Task<string?> Checkpoint(CancellationToken cancelled);

    /// <summary>How many entries there are to read.</summary>
    /// <param name="published">How many the checkpoint says; a copy has no more.</param>
    public abstract Task<ulong> Count(ulong published, CancellationToken cancelled);

    /// <summary>Entries and their leaf hashes.</summary>
    /// <param name="tile">At level 0.</param>
    /// <exception cref="IOException">It cannot be read now.</exception>
    public abstract Task<LeafTile> Leaves(Tile tile, CancellationToken cancelled);

    /// <summary>The hashes of a tile above the leaves, as many as its width.</summary>
    /// <exception cref="IOException">It cannot be read now.</exception>
    public abstract Task<byte[]?[]> Nodes(Tile tile, CancellationToken cancelled);

    public abstract ValueTask DisposeAsync();

    /// <summary>For roots and proofs, which need every hash they ask for: a <see cref="TileSource"/>.</summary>
    /// <exception cref="TileMissingException">It is not there.</exception>
    public async ValueTask<ReadOnlyMemory<byte>> Hashes(Tile tile, CancellationToken cancelled)
    {
        var read = tile.Level == 0
            ? (await Leaves(tile, cancelled).ConfigureAwait(false)).Leaves.Select(leaf => leaf.Hash)
            : await Nodes(tile, cancelled).ConfigureAwait(false);
        return read.SelectMany(hash => hash ?? throw new TileMissingException(tile, $"{tile.Path} is not there, or not whole")).ToArray();
    }

    /// <summary>The leaves of a log of that size, tile by tile in order.</summary>
    /// <exception cref="TileMissingException">So many follow each other without a leaf that the size is not to be believed.</exception>
    public async IAsyncEnumerable<LeafTile> All(ulong size, [EnumeratorCancellation] CancellationToken cancelled, bool newestFirst = false)
    {
        var count = (size + Tile.FullWidth - 1) / Tile.FullWidth;
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancelled);
        var coming = new Queue<Task<LeafTile>>();
        var empty = 0;
        try
        {
            for (var next = 0UL; next < count || coming.Count > 0;)
            {
                for (; next < count && coming.Count < Ahead; next++)
                    coming.Enqueue(Leaves(Tile.Of(0, (newestFirst ? count - 1 - next : next) * Tile.FullWidth, size), over.Token));
                var tile = await coming.Dequeue().ConfigureAwait(false);
                empty = tile.Leaves.All(leaf => leaf is (null, null)) ? empty + 1 : 0;
                if (empty == MostEmpty)
                    throw new TileMissingException(tile.Tile, $"{MostEmpty} tiles up to {tile.Tile.Path} are not there; what comes after them was not read");
                yield return tile;
            }
        }
        finally
        {
            await over.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(coming.Cast<Task>()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}

/// <summary>Leaves side by side in the tree: those of one tile of level 0.</summary>
/// <param name="Trouble">What is wrong with the tile as it is kept, beside what is missing of it; null when nothing is.</param>
sealed record LeafTile(Tile Tile, Leaf[] Leaves, string? Trouble = null)
{
    /// <summary>Number of the first.</summary>
    public ulong First => Tile.Index * Tile.FullWidth;
}

/// <summary>An entry and the leaf hash that stands beside it; null is what is not there.</summary>
readonly record struct Leaf(byte[]? Entry, byte[]? Hash);

/// <summary>What is wanted cannot be made of what is there. The message names the tile.</summary>
sealed class TileMissingException(Tile tile, string message) : Exception(message)
{
    public Tile Tile => tile;
}
