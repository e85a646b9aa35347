using System.Buffers;
using System.Buffers.Binary;
using Exchange.Gateway.Audit.Reading;
using Exchange.Hosting.Commands;
using Exchange.Hosting.Storage;
using Exchange.Protocol.Transparency;

namespace Exchange.Gateway.Audit.Telling;

/// <summary>A log as files: what a hub shows over HTTP, under the same names. The checkpoint comes last, so that nobody takes half a copy for one.</summary>
static class TileExport
{
    /// <returns>How many entries the checkpoint has.</returns>
    /// <exception cref="StoreException">The folder holds something, or there is no checkpoint to copy up to.</exception>
    /// <exception cref="TileMissingException">Something is missing of the log.</exception>
    public static async Task<ulong> Write(LogReader log, string folder, bool withEntries, Progress progress, CancellationToken stop)
    {
        var note = await log.Checkpoint(stop).ConfigureAwait(false);
        if (note is null || !SignedNote.TryParse(note, out var signed) || !Checkpoint.TryParse(signed.Body, out var checkpoint))
            throw new StoreException(StoreFault.Foreign, $"{log.Where} has no checkpoint that could be copied");
        var there = await log.Count(checkpoint.Size, stop).ConfigureAwait(false);
        if (there < checkpoint.Size)
            throw new TileMissingException(Tile.Of(0, there, checkpoint.Size), $"the log has {there} entries and its checkpoint {checkpoint.Size}");
        if (withEntries && !log.HasEntries && checkpoint.Size > 0)
            throw new StoreException(StoreFault.Foreign, $"{log.Where} shows no entries; copy it with --hashes-only, or with --certificate from the hub's own address");
        if (System.IO.Directory.Exists(folder) && System.IO.Directory.EnumerateFileSystemEntries(folder).Any())
            throw new StoreException(StoreFault.Foreign, $"{folder} is not empty; give a new folder");
        Folder.CreateForOwner(folder);

        await foreach (var tile in log.All(checkpoint.Size, stop).ConfigureAwait(false))
        {
            await Write(folder, tile.Tile, Hashes(tile), stop).ConfigureAwait(false);
            if (withEntries)
                await Write(folder, tile.Tile with { Level = Tile.Entries }, Bundle(tile), stop).ConfigureAwait(false);
            progress.At("entries", tile.First + (ulong)tile.Tile.Width, checkpoint.Size);
        }
        for (var level = 1; checkpoint.Size >> (Tile.Height * level) is > 0 and var places; level++)
            for (var place = 0UL; place < places; place += Tile.FullWidth)
            {
                var tile = Tile.Of(level, place, checkpoint.Size);
                await Write(folder, tile, await log.Hashes(tile, stop).ConfigureAwait(false), stop).ConfigureAwait(false);
            }
        var beside = Path.Combine(folder, "." + TileCopy.CheckpointPath);
        await File.WriteAllTextAsync(beside, note, stop).ConfigureAwait(false);
        File.Move(beside, Path.Combine(folder, TileCopy.CheckpointPath));
        return checkpoint.Size;
    }

    static async Task Write(string folder, Tile tile, ReadOnlyMemory<byte> content, CancellationToken stop)
    {
        var path = Path.Combine([folder, .. tile.Path.Split('/')]);
        System.IO.Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllBytesAsync(path, content, stop).ConfigureAwait(false);
    }

    static byte[] Hashes(LeafTile tile) =>
        [.. tile.Leaves.SelectMany((leaf, i) => leaf.Hash ?? throw new TileMissingException(tile.Tile, tile.Trouble ?? $"entry {tile.First + (ulong)i} is missing"))];

    /// <summary>Each entry behind its length, 16 bits, big-endian.</summary>
    static ReadOnlyMemory<byte> Bundle(LeafTile tile)
    {
        var bundle = new ArrayBufferWriter<byte>();
        for (var i = 0; i < tile.Leaves.Length; i++)
        {
            if (tile.Leaves[i].Entry is not { Length: <= ushort.MaxValue } entry)
                throw new TileMissingException(tile.Tile, tile.Trouble ?? $"entry {tile.First + (ulong)i} is missing, or too long for a bundle");
            BinaryPrimitives.WriteUInt16BigEndian(bundle.GetSpan(sizeof(ushort)), (ushort)entry.Length);
            bundle.Advance(sizeof(ushort));
            bundle.Write(entry);
        }
        return bundle.WrittenMemory;
    }
}
