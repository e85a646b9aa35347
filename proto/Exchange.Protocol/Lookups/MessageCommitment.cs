using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Exchange.Protocol.Encoding;

namespace Exchange.Protocol.Lookups;

/// <summary>com = SHA-256(T("xhub/v1/com", header, message)): lets one exchange be opened later, and no other.</summary>
public static class MessageCommitment
{
    /// <summary>Bytes; also of the blind inside the message, without which a guess could be tested.</summary>
    public const int Size = 32, BlindSize = 32;

    /// <param name="commitment">32 bytes.</param>
    [SkipLocalsInit]
    public static void Compute(ReadOnlySpan<byte> header, ReadOnlySpan<byte> message, Span<byte> commitment)
    {
        var parts = new PartsWriter(stackalloc byte[1024], "xhub/v1/com"u8);
        parts.Add(header);
        parts.Add(message);
        SHA256.HashData(parts.Written, commitment);
        parts.Dispose();
    }

    public static bool Fits(ReadOnlySpan<byte> commitment, ReadOnlySpan<byte> header, ReadOnlySpan<byte> message)
    {
        Span<byte> expected = stackalloc byte[Size];
        Compute(header, message, expected);
        return CryptographicOperations.FixedTimeEquals(expected, commitment);
    }
}
