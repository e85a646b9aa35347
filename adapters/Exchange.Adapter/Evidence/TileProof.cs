using System.Buffers.Binary;
using Exchange.Protocol.Transparency;

namespace Exchange.Adapter.Evidence;

/// <summary>
/// How receipts of one tile lead to the root of one checkpoint. Their ways have most hashes in common, and each is kept once.
/// </summary>
/// <param name="Tile">Number of the tile: the entry's number by 256.</param>
/// <param name="Hashes">32 bytes each.</param>
sealed record TileProof(ulong Tile, byte[] Hashes, IReadOnlyList<ReceiptWay> Ways)
{
    const int StepSize = sizeof(ushort), HeadSize = 2;

    public int Size => Hashes.Length + Ways.Sum(way => way.Bytes.Length);

    public static byte PositionOf(ulong index) => (byte)(index % Protocol.Transparency.Tile.FullWidth);

    public static ulong TileOf(ulong index) => index / Protocol.Transparency.Tile.FullWidth;

    /// <summary>Reads one way: place in the tile (1 byte), how many hashes (1), their numbers (2 each, the lower byte first).</summary>
    /// <param name="ways">One after the other.</param>
    /// <returns>The hashes beside the way, from the leaf up; null when there is none from that place, or it is not of this form.</returns>
    public static IReadOnlyList<byte[]>? Path(byte[] hashes, byte[] ways, byte position)
    {
        for (var at = 0; TryNext(ways, at, out var end); at = end)
            if (ways[at] == position)
                return Steps(hashes, ways.AsSpan(at + HeadSize, end - at - HeadSize));
        return null;
    }

    /// <summary>The ways without those from these places.</summary>
    public static byte[] Without(byte[] ways, IReadOnlySet<byte> positions)
    {
        var left = new List<byte>(ways.Length);
        for (var at = 0; TryNext(ways, at, out var end); at = end)
            if (!positions.Contains(ways[at]))
                left.AddRange(ways.AsSpan(at, end - at));
        return [.. left];
    }

    static bool TryNext(byte[] ways, int at, out int end)
    {
        end = at + HeadSize <= ways.Length ? at + HeadSize + ways[at + 1] * StepSize : int.MaxValue;
        return end <= ways.Length;
    }

    static List<byte[]>? Steps(byte[] hashes, ReadOnlySpan<byte> steps)
    {
        var path = new List<byte[]>(steps.Length / StepSize);
        for (; steps.Length > 0; steps = steps[StepSize..])
        {
            var from = BinaryPrimitives.ReadUInt16LittleEndian(steps) * TreeHash.Length;
            if (from + TreeHash.Length > hashes.Length)
                return null;
            path.Add(hashes.AsSpan(from, TreeHash.Length).ToArray());
        }
        return path;
    }

    /// <summary>Gathers the receipts of one tile. The hashes are those of one tree that remembers, which has one array for each.</summary>
    public sealed class Builder(ulong tile)
    {
        readonly Dictionary<byte[], ushort> numbers = new(ReferenceEqualityComparer.Instance);
        readonly List<byte> hashes = [];
        readonly List<ReceiptWay> ways = [];

        public ulong Tile => tile;

        public void Add(WaitingReceipt receipt, IReadOnlyList<byte[]> path)
        {
            var way = new byte[HeadSize + path.Count * StepSize];
            way[0] = PositionOf(receipt.Index);
            way[1] = (byte)path.Count;
            for (var i = 0; i < path.Count; i++)
                BinaryPrimitives.WriteUInt16LittleEndian(way.AsSpan(HeadSize + i * StepSize), Number(path[i]));
            ways.Add(new ReceiptWay(receipt.Id, way));
        }

        public TileProof Build() => new(tile, [.. hashes], ways);

        ushort Number(byte[] hash)
        {
            if (numbers.TryGetValue(hash, out var known))
                return known;
            hashes.AddRange(hash);
            return numbers[hash] = checked((ushort)numbers.Count);
        }
    }
}

/// <summary>The way of one receipt to the root.</summary>
/// <param name="Receipt">Its id in the table.</param>
/// <param name="Bytes">As <see cref="TileProof.Path"/> reads it.</param>
readonly record struct ReceiptWay(long Receipt, byte[] Bytes);
