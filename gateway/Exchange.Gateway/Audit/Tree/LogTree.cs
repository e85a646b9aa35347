using Exchange.Gateway.Audit.Stores;
using Exchange.Hosting.Storage;
using Exchange.Protocol.Transparency;

namespace Exchange.Gateway.Audit.Tree;

/// <summary>The Merkle tree over a log's entries, and the newest checkpoint of it that was published.</summary>
/// <remarks>One caller at a time extends it; anybody may read.</remarks>
sealed class LogTree : IDisposable
{
    readonly IEntryStore log;
    readonly TreeFile file;
    readonly LogTiles tiles;
    readonly NoteKey key;
    PublishedCheckpoint? published;

    /// <exception cref="StoreException">Foreign: the file of checkpoints is another log's.</exception>
    public LogTree(string path, IEntryStore log, NoteKey key)
    {
        this.log = log;
        this.key = key;
        file = TreeFile.Open(path, key);
        tiles = new LogTiles(log, file.Store);
    }

    /// <summary>Null before the first.</summary>
    public PublishedCheckpoint? Published => Volatile.Read(ref published);

    public LogTiles Tiles => tiles;

    /// <summary>Shows the checkpoint that was published last, once it is clear that the log still is what it says.</summary>
    /// <param name="entries">How many the log has.</param>
    /// <exception cref="StoreException">Foreign: log and checkpoint do not fit each other.</exception>
    public async Task Resume(ulong entries, CancellationToken cancelled)
    {
        if (file.Published() is not { } note)
            return;
        if (!Checkpoint.TryOpen(note, key, out var checkpoint, out _))
            throw new StoreException(StoreFault.Foreign, $"{file.Store.Path}: the checkpoint is not signed by this log's key. Keep the file as it is, and restore a whole copy");
        if (checkpoint.Size > entries)
            throw new StoreException(StoreFault.Foreign,
                $"{log.Where} has {entries} entries, and a checkpoint over {checkpoint.Size} was published: the log was put back to an older copy. Restore the newest one, or begin a new log under another name");
        var root = await (await Raise(checkpoint.Size, cancelled).ConfigureAwait(false)).Root(cancelled).ConfigureAwait(false);
        if (!root.AsSpan().SequenceEqual(checkpoint.Root))
            throw new StoreException(StoreFault.Foreign, $"{log.Where} is not what the published checkpoint over {checkpoint.Size} entries says: something in it was changed. Keep it as it is, and restore a whole copy");
        Volatile.Write(ref published, new PublishedCheckpoint(checkpoint, note));
    }

    /// <summary>Writes the hashes above the leaves that have become final, so that proofs up to that size can be read.</summary>
    /// <returns>The tree of that size, for one thread and not for long: it remembers what was read.</returns>
    public async Task<TileTree> Raise(ulong size, CancellationToken cancelled)
    {
        for (var level = 1; size >> (Tile.Height * level) > 0; level++)
            for (var place = file.Count(level); place < size >> (Tile.Height * level);)
            {
                // As many as stand in one tile of this level, so that a long way is gone in steps.
                var last = Math.Min(size >> (Tile.Height * level), (place / Tile.FullWidth + 1) * Tile.FullWidth);
                var hashes = new List<byte[]>();
                for (var full = place; full < last; full++)
                    hashes.Add(TreeHash.Complete((await tiles.Hashes(new Tile(level - 1, full, Tile.FullWidth), cancelled).ConfigureAwait(false)).Span));
                file.Add(level, place, hashes);
                place = last;
            }
        return new TileTree(size, tiles.Hashes, remembers: true);
    }

    /// <summary>Durable before anybody sees it.</summary>
    public void Publish(Checkpoint checkpoint, string note)
    {
        file.Publish(checkpoint.Size, note);
        Volatile.Write(ref published, new PublishedCheckpoint(checkpoint, note));
    }

    public void Dispose()
    {
        tiles.Dispose();
        file.Dispose();
    }
}

/// <param name="Note">As it is served: signed, and cosigned by the witnesses.</param>
sealed record PublishedCheckpoint(Checkpoint Checkpoint, string Note);
