using System.Text;
using Exchange.Gateway.Audit.Tree;
using Exchange.Protocol.Transparency;

namespace Exchange.Gateway.Audit.Reading;

/// <summary>A log as C2SP tlog-tiles lays it out: a checkpoint, tiles of hashes and, where they are shown, bundles of entries.</summary>
abstract class TileCopy : LogReader
{
    public const string CheckpointPath = "checkpoint";

    /// <summary>Bytes of a checkpoint, and of a full bundle of the largest entries.</summary>
    const int LargestCheckpoint = 64 * 1024, LargestBundle = Tile.FullWidth * (sizeof(ushort) + LogTiles.LargestEntry);

    bool hasEntries;

    public override bool HasEntries => hasEntries;

    public override async Task<string?> Checkpoint(CancellationToken cancelled) =>
        await Read(CheckpointPath, LargestCheckpoint, cancelled).ConfigureAwait(false) is { } bytes ? Encoding.UTF8.GetString(bytes) : null;

    public override async Task<ulong> Count(ulong published, CancellationToken cancelled)
    {
        hasEntries = published > 0 && await ShowsEntries(Tile.Of(0, 0, published) with { Level = Tile.Entries }, cancelled).ConfigureAwait(false);
        return published;
    }

    public override async Task<LeafTile> Leaves(Tile tile, CancellationToken cancelled)
    {
        var bundle = tile with { Level = Tile.Entries };
        var reading = HasEntries ? Read(bundle.Path, LargestBundle, cancelled) : Task.FromResult<byte[]?>(null);
        var hashes = await Nodes(tile, cancelled).ConfigureAwait(false);
        var entries = new byte[]?[tile.Width];
        var trouble = HasEntries ? EntryBundle.Split(await reading.ConfigureAwait(false), bundle.Path, entries) : null;
        if (hashes.Contains(null))
            trouble = $"{tile.Path} is not there, or has not {tile.Width} hashes";
        return new LeafTile(tile, [.. entries.Zip(hashes, (entry, hash) => new Leaf(entry, hash))], trouble);
    }

    public override async Task<byte[]?[]> Nodes(Tile tile, CancellationToken cancelled)
    {
        var nodes = new byte[]?[tile.Width];
        var length = tile.Width * TreeHash.Length;
        if (await Read(tile.Path, length, cancelled).ConfigureAwait(false) is { } bytes && bytes.Length == length)
            for (var i = 0; i < nodes.Length; i++)
                nodes[i] = bytes[(i * TreeHash.Length)..((i + 1) * TreeHash.Length)];
        return nodes;
    }

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>The bytes of one file; null when it is not there, one byte more than <paramref name="largest"/> of a larger one.</summary>
    /// <exception cref="IOException">It cannot be read now.</exception>
    protected abstract Task<byte[]?> Read(string path, int largest, CancellationToken cancelled);

    protected abstract Task<bool> ShowsEntries(Tile first, CancellationToken cancelled);
}
