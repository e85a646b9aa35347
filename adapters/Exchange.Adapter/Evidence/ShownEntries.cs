using Exchange.Protocol.Transparency;

namespace Exchange.Adapter.Evidence;

/// <summary>Entries as a place shows them, bundle by bundle. The last bundle is remembered, for receipts in the order of the log.</summary>
/// <param name="size">Of the tree that the entries are to be under.</param>
sealed class ShownEntries(LogPlace place, ulong size)
{
    (Tile Tile, byte[]?[]? Entries)? last;

    /// <returns>Null where hashes alone are shown.</returns>
    /// <exception cref="LogTroubleException">LogUnreachable, or TileMalformed: the bundle ends before the entry.</exception>
    public async ValueTask<byte[]?> Read(ulong index, CancellationToken cancelled)
    {
        var tile = Tile.Of(0, index, size);
        if (last is not { } known || known.Tile != tile)
            last = known = (tile, await Split(tile, cancelled).ConfigureAwait(false));
        if (known.Entries is null)
            return null;
        return known.Entries[index % Tile.FullWidth] ?? throw new LogTroubleException(LogFault.TileMalformed, $"{place.Where} does not show entry {index} in its bundle");
    }

    async Task<byte[]?[]?> Split(Tile tile, CancellationToken cancelled)
    {
        if (await place.Bundle(tile, cancelled).ConfigureAwait(false) is not { } bundle)
            return null;
        var entries = new byte[]?[tile.Width];
        EntryBundle.Split(bundle, tile.Path, entries);
        return entries;
    }
}
