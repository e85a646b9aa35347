using System.Globalization;

namespace Exchange.Protocol.Transparency;

/// <summary>
/// One tile of a log (C2SP tlog-tiles): up to 256 hashes that lie side by side in the tree, those of leaves at level 0, and
/// at each level above the roots of the full tiles beneath; or up to 256 entries.
/// </summary>
/// <param name="Level">0 to 7; <see cref="Entries"/> for a bundle of entries.</param>
/// <param name="Index">From 0.</param>
/// <param name="Width">1 to 256; less than 256 only in the last tile of its level.</param>
public readonly record struct Tile(int Level, ulong Index, int Width)
{
    public const int Height = 8, FullWidth = 1 << Height;

    public const int Entries = -1;

    /// <summary>2^64 leaves have no level beyond.</summary>
    const int HighestLevel = 7;

    /// <summary>Such as <c>tile/0/x001/234</c>, <c>tile/1/000.p/17</c> or <c>tile/entries/005</c>.</summary>
    public string Path
    {
        get
        {
            var level = Level == Entries ? "entries" : Level.ToString(CultureInfo.InvariantCulture);
            var index = string.Create(CultureInfo.InvariantCulture, $"{Index % 1000:000}");
            for (var rest = Index / 1000; rest > 0; rest /= 1000)
                index = string.Create(CultureInfo.InvariantCulture, $"x{rest % 1000:000}/{index}");
            var partial = Width == FullWidth ? "" : string.Create(CultureInfo.InvariantCulture, $".p/{Width}");
            return $"tile/{level}/{index}{partial}";
        }
    }

    /// <summary>Takes only the exact form, so that each tile has one address.</summary>
    /// <param name="path">As <see cref="Path"/> writes it.</param>
    public static bool TryParse(string path, out Tile tile)
    {
        tile = default;
        // The longest index has 20 digits.
        if (path.Length > 64 || path.Split('/') is not ["tile", var level, .. var parts] || parts.Length == 0)
            return false;
        var width = FullWidth;
        if (parts.Length > 1 && parts[^2].EndsWith(".p", StringComparison.Ordinal))
        {
            if (!TryWhole(parts[^1], FullWidth - 1, out width) || width == 0)
                return false;
            parts = [.. parts[..^2], parts[^2][..^2]];
        }
        var which = Entries;
        if (level != "entries" && !TryWhole(level, HighestLevel, out which))
            return false;
        if (!TryIndex(parts, out var index))
            return false;
        tile = new Tile(which, index, width);
        return tile.Path == path;
    }

    /// <summary>The tile of a level that holds a hash, as wide as a log of that size has it.</summary>
    /// <param name="position">Of the hash in its level, from 0.</param>
    public static Tile Of(int level, ulong position, ulong size)
    {
        var inLevel = size >> (Height * level);
        var index = position / FullWidth;
        return new Tile(level, index, (int)Math.Min(FullWidth, inLevel - index * FullWidth));
    }

    static bool TryIndex(string[] parts, out ulong index)
    {
        index = 0;
        for (var i = 0; i < parts.Length; i++)
        {
            var digits = i < parts.Length - 1 ? parts[i].StartsWith('x') ? parts[i][1..] : "" : parts[i];
            if (digits.Length != 3 || !digits.All(char.IsAsciiDigit))
                return false;
            var longer = (UInt128)index * 1000 + ulong.Parse(digits, CultureInfo.InvariantCulture);
            if (longer > ulong.MaxValue)
                return false;
            index = (ulong)longer;
        }
        return true;
    }

    static bool TryWhole(string text, int most, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number <= most && text == number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Reads a tile: 32 bytes for each of its hashes.</summary>
/// <returns>At least <see cref="Tile.Width"/> hashes.</returns>
public delegate ValueTask<ReadOnlyMemory<byte>> TileSource(Tile tile, CancellationToken cancelled);
