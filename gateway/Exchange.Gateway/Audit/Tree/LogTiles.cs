using System.Buffers;
using System.Buffers.Binary;
using Dapper;
using Exchange.Hosting.Storage;
using Exchange.Protocol.Transparency;

namespace Exchange.Gateway.Audit.Tree;

/// <summary>Reads tiles and bundles of entries (C2SP tlog-tiles) out of the two files of a log, beside whoever writes them.</summary>
sealed class LogTiles(SqliteStore log, SqliteStore tree)
{
    /// <summary>What the length before an entry can say.</summary>
    public const int LargestEntry = ushort.MaxValue;

    /// <exception cref="StoreException">Foreign: hashes are missing.</exception>
    public ValueTask<ReadOnlyMemory<byte>> Hashes(Tile tile, CancellationToken cancelled)
    {
        cancelled.ThrowIfCancellationRequested();
        var (store, query) = tile.Level == 0
            ? (log, "SELECT leaf_hash FROM entry WHERE number >= @from AND number < @to ORDER BY number")
            : (tree, "SELECT hash FROM node WHERE level = @level AND place >= @from AND place < @to ORDER BY place");
        var hashes = new byte[tile.Width * TreeHash.Length];
        var at = 0;
        using var connection = store.OpenToRead();
        foreach (var hash in connection.Query<byte[]>(query, Range(tile)))
        {
            hash.CopyTo(hashes, at);
            at += TreeHash.Length;
        }
        return at == hashes.Length ? ValueTask.FromResult<ReadOnlyMemory<byte>>(hashes) : throw Missing(tile, store);
    }

    /// <summary>Each entry behind its length, 16 bits, big-endian.</summary>
    /// <exception cref="StoreException">Foreign: entries are missing.</exception>
    public ReadOnlyMemory<byte> Bundle(Tile tile)
    {
        var bundle = new ArrayBufferWriter<byte>();
        var count = 0;
        using var connection = log.OpenToRead();
        foreach (var entry in connection.Query<byte[]>("SELECT content FROM entry WHERE number >= @from AND number < @to ORDER BY number", Range(tile)))
        {
            BinaryPrimitives.WriteUInt16BigEndian(bundle.GetSpan(sizeof(ushort)), checked((ushort)entry.Length));
            bundle.Advance(sizeof(ushort));
            bundle.Write(entry);
            count++;
        }
        return count == tile.Width ? bundle.WrittenMemory : throw Missing(tile, log);
    }

    static object Range(Tile tile) => new { level = tile.Level, from = (long)tile.Index * Tile.FullWidth, to = (long)tile.Index * Tile.FullWidth + tile.Width };

    static StoreException Missing(Tile tile, SqliteStore store) =>
        new(StoreFault.Foreign, $"{store.Path} does not have all of {tile.Path}. Keep the file as it is, and restore a whole copy");
}
