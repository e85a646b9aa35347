using System.Numerics;
using System.Security.Cryptography;

namespace Exchange.Protocol.Transparency;

/// <summary>The hashes of a Merkle tree log, RFC 6962 section 2.1; each 32 bytes.</summary>
public static class TreeHash
{
    public const int Length = SHA256.HashSizeInBytes;

    const int OnStack = 1024;
    const byte LeafPrefix = 0, NodePrefix = 1;

    /// <summary>Of a log without entries.</summary>
    public static byte[] Empty() => SHA256.HashData([]);

    /// <summary>SHA-256(0x00 || entry).</summary>
    public static byte[] Leaf(ReadOnlySpan<byte> entry)
    {
        var hash = new byte[Length];
        Leaf(entry, hash);
        return hash;
    }

    /// <inheritdoc cref="Leaf(ReadOnlySpan{byte})"/>
    public static void Leaf(ReadOnlySpan<byte> entry, Span<byte> result)
    {
        Span<byte> input = entry.Length < OnStack ? stackalloc byte[OnStack] : new byte[entry.Length + 1];
        input[0] = LeafPrefix;
        entry.CopyTo(input[1..]);
        SHA256.HashData(input[..(entry.Length + 1)], result);
    }

    /// <summary>SHA-256(0x01 || left || right).</summary>
    public static byte[] Node(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        var hash = new byte[Length];
        Node(left, right, hash);
        return hash;
    }

    /// <param name="result">May be the place of <paramref name="left"/>.</param>
    public static void Node(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, Span<byte> result)
    {
        Span<byte> input = stackalloc byte[1 + 2 * Length];
        input[0] = NodePrefix;
        left.CopyTo(input[1..]);
        right.CopyTo(input[(1 + Length)..]);
        SHA256.HashData(input, result);
    }

    /// <summary>Of hashes that lie side by side under one node.</summary>
    /// <param name="hashes">A power of two of them, 32 bytes each.</param>
    public static byte[] Complete(ReadOnlySpan<byte> hashes)
    {
        ArgumentOutOfRangeException.ThrowIfZero(hashes.Length);
        var row = hashes.ToArray();
        for (var count = row.Length / Length; count > 1; count /= 2)
            for (var i = 0; i < count / 2; i++)
                Node(row.AsSpan(2 * i * Length, Length), row.AsSpan((2 * i + 1) * Length, Length), row.AsSpan(i * Length, Length));
        return row[..Length];
    }

    /// <summary>The largest power of two below a number of leaves: where RFC 6962 divides a tree.</summary>
    /// <param name="leaves">At least 2.</param>
    internal static ulong Split(ulong leaves) => 1UL << (63 - BitOperations.LeadingZeroCount(leaves - 1));
}
