using System.Buffers;
using System.Buffers.Binary;
using Dapper;
using Exchange.Gateway.Audit.Stores;
using Exchange.Hosting.Storage;
using Exchange.Protocol.Transparency;

namespace Exchange.Gateway.Audit.Tree;

/// <summary>Reads tiles and bundles of entries (C2SP tlog-tiles) out of a log and the hashes above it, beside whoever writes them.</summary>
sealed class LogTiles(IEntryStore log, SqliteStore tree)
{
    /// <summary>What the length before an entry can say.</summary>
    public const int LargestEntry = ushort.MaxValue;

    /// <exception cref="StoreException">Foreign: hashes are missing. Refused: they cannot be read now.</exception>
    public async ValueTask<ReadOnlyMemory<byte>> Hashes(Tile tile, CancellationToken cancelled)
    {
        var kept = tile.Level == 0 ? await log.LeafHashes(First(tile), First(tile) + tile.Width, cancelled).ConfigureAwait(false) : Nodes(tile, cancelled);
        if (kept.Count != tile.Width)
            throw Missing(tile, tile.Level == 0 ? log.Where : tree.Path);
        var hashes = new byte[tile.Width * TreeHash.Length];
        for (var i = 0; i < tile.Width; i++)
            kept[i].CopyTo(hashes, i * TreeHash.Length);
        return hashes;
    }

    /// <summary>Each entry behind its length, 16 bits, big-endian.</summary>
    /// <exception cref="StoreException">Foreign: entries are missing. Refused: they cannot be read now.</exception>
    public async ValueTask<ReadOnlyMemory<byte>> Bundle(Tile tile, CancellationToken cancelled)
    {
        var entries = await log.Read(First(tile), First(tile) + tile.Width, cancelled).ConfigureAwait(false);
        if (entries.Count != tile.Width)
            throw Missing(tile, log.Where);
        var bundle = new ArrayBufferWriter<byte>();
        foreach (var entry in entries)
        {
            BinaryPrimitives.WriteUInt16BigEndian(bundle.GetSpan(sizeof(ushort)), checked((ushort)entry.Content.Length));
            bundle.Advance(sizeof(ushort));
            bundle.Write(entry.Content);
        }
        return bundle.WrittenMemory;
    }

    List<byte[]> Nodes(Tile tile, CancellationToken cancelled)
    {
        cancelled.ThrowIfCancellationRequested();
        using var connection = tree.OpenToRead();
        return connection.Query<byte[]>("SELECT hash FROM node WHERE level = @level AND place >= @from AND place < @to ORDER BY place",
            new { level = tile.Level, from = First(tile), to = First(tile) + tile.Width }).AsList();
    }

    static long First(Tile tile) => (long)tile.Index * Tile.FullWidth;

    static StoreException Missing(Tile tile, string where) =>
        new(StoreFault.Foreign, $"{where} does not have all of {tile.Path}. Keep it as it is, and restore a whole copy");
}
