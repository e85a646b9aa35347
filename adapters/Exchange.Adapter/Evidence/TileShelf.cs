using Exchange.Protocol.Transparency;

namespace Exchange.Adapter.Evidence;

/// <summary>Tiles of one log that were read, to be asked for again. They are as little to be believed as when they came.</summary>
sealed class TileShelf
{
    /// <summary>8 KiB each: 2 MiB.</summary>
    const int Most = 256;

    readonly Dictionary<Tile, byte[]> tiles = [];

    public async ValueTask<ReadOnlyMemory<byte>> Read(LogPlace place, Tile tile, CancellationToken cancelled)
    {
        if (tiles.TryGetValue(tile, out var known))
            return known;
        var hashes = await place.Hashes(tile, cancelled).ConfigureAwait(false);
        if (tiles.Count == Most)
            tiles.Clear();
        tiles[tile] = hashes;
        return hashes;
    }

    /// <summary>Those that a larger log has wider.</summary>
    public void DropPartial()
    {
        foreach (var tile in tiles.Keys.Where(tile => tile.Width < Tile.FullWidth).ToList())
            tiles.Remove(tile);
    }

    public void Clear() => tiles.Clear();
}
