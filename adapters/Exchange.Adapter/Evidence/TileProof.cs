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
    const int StepSize = sizeof(ushort), HeadSize = sizeof(long) + 1;

    public int Size => Hashes.Length + Ways.Sum(way => way.Bytes.Length);

    public static ulong TileOf(ulong index) => index / Protocol.Transparency.Tile.FullWidth;

    /// <summary>Reads one way: id of its receipt (8 bytes, big-endian), how many hashes are beside it (1), their numbers (2 each, the lower byte first).</summary>
    /// <param name="ways">One after the other.</param>
    /// <returns>The hashes beside the way, from the leaf up; null when the receipt has none there, or it is not of this form.</returns>
    public static IReadOnlyList<byte[]>? Path(byte[] hashes, byte[] ways, long receipt)
    {
        for (var at = 0; TryNext(ways, at, out var end); at = end)
            if (ReceiptAt(ways, at) == receipt)
                return Steps(hashes, ways.AsSpan(at + HeadSize, end - at - HeadSize));
        return null;
    }

    /// <summary>The ways without those of these receipts.</summary>
    /// <returns>Null when they are not of this form, whole: then nothing is taken out of them.</returns>
    public static byte[]? Without(byte[] ways, IReadOnlySet<long> receipts)
    {
        var left = new List<byte>(ways.Length);
        var at = 0;
        for (; TryNext(ways, at, out var end); at = end)
            if (!receipts.Contains(ReceiptAt(ways, at)))
                left.AddRange(ways.AsSpan(at, end - at));
        return at == ways.Length ? [.. left] : null;
    }

    static long ReceiptAt(byte[] ways, int at) => BinaryPrimitives.ReadInt64BigEndian(ways.AsSpan(at));

    static bool TryNext(byte[] ways, int at, out int end)
    {
        end = at + HeadSize <= ways.Length ? at + HeadSize + ways[at + HeadSize - 1] * StepSize : int.MaxValue;
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
            BinaryPrimitives.WriteInt64BigEndian(way, receipt.Id);
            way[HeadSize - 1] = (byte)path.Count;
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
