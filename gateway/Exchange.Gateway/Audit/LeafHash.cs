using System.Security.Cryptography;

namespace Exchange.Gateway.Audit;

/// <summary>The leaf hash of RFC 6962, section 2.1: SHA-256(0x00 || entry).</summary>
public static class LeafHash
{
    public const int Bytes = SHA256.HashSizeInBytes;

    const int OnStack = 1024;

    public static byte[] Of(ReadOnlySpan<byte> entry)
    {
        Span<byte> input = entry.Length < OnStack ? stackalloc byte[OnStack] : new byte[entry.Length + 1];
        input[0] = 0;
        entry.CopyTo(input[1..]);
        return SHA256.HashData(input[..(entry.Length + 1)]);
    }
}
