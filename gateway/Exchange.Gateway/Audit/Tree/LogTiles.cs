using System.Buffers;
using System.Buffers.Binary;
using Dapper;
using Exchange.Gateway.Audit.Stores;
using Exchange.Hosting.Storage;
using Exchange.Protocol.Transparency;
using Microsoft.Extensions.Caching.Memory;

namespace Exchange.Gateway.Audit.Tree;

/// <summary>Reads tiles and bundles of entries (C2SP tlog-tiles) out of a log and the hashes above it, beside whoever writes them.</summary>
/// <remarks>Hashes never change, and every agency reads the newest tiles after every checkpoint: those are read out of the log once.</remarks>
sealed class LogTiles(IEntryStore log, SqliteStore tree) : IDisposable
{
    /// <summary>What the length before an entry can say.</summary>
    public const int LargestEntry = ushort.MaxValue;

    /// <summary>Of tiles in memory: a thousand of the largest.</summary>
    const long RecentBytes = 8 * 1024 * 1024;

    /// <summary>About what remembering a tile takes beside its hashes: of narrow ones there could be very many.</summary>
    const int EntryBytes = 256;

    readonly MemoryCache recent = new(new MemoryCacheOptions { SizeLimit = RecentBytes });

    /// <exception cref="StoreException">Foreign: hashes are missing. Refused: they cannot be read now.</exception>
    public ValueTask<ReadOnlyMemory<byte>> Hashes(Tile tile, CancellationToken cancelled) =>
        recent.TryGetValue(tile, out byte[]? hashes) ? ValueTask.FromResult<ReadOnlyMemory<byte>>(hashes) : Read(tile, cancelled);

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

    public void Dispose() => recent.Dispose();

    async ValueTask<ReadOnlyMemory<byte>> Read(Tile tile, CancellationToken cancelled)
    {
        var kept = tile.Level == 0 ? await log.LeafHashes(First(tile), First(tile) + tile.Width, cancelled).ConfigureAwait(false) : Nodes(tile, cancelled);
        if (kept.Count != tile.Width)
            throw Missing(tile, tile.Level == 0 ? log.Where : tree.Path);
        var hashes = new byte[tile.Width * TreeHash.Length];
        for (var i = 0; i < tile.Width; i++)
            kept[i].CopyTo(hashes, i * TreeHash.Length);
        return recent.Set(tile, hashes, new MemoryCacheEntryOptions { Size = hashes.Length + EntryBytes });
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
