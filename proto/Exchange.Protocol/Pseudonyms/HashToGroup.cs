using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Exchange.Protocol.Pseudonyms;

/// <summary>HashToGroup and HashToScalar of RFC 9497 section 4.1, suite ristretto255-SHA512.</summary>
static class HashToGroup
{
    const int HashLength = SHA512.HashSizeInBytes;
    const int HashBlockLength = 128;

    internal static void ToPoint(ReadOnlySpan<byte> input, OprfMode mode, Span<byte> point)
    {
        Span<byte> uniform = stackalloc byte[HashLength];
        ExpandMessage(input, Context("HashToGroup-"u8, mode, stackalloc byte[64]), uniform);
        Ristretto.FromUniformBytes(uniform, point);
        CryptographicOperations.ZeroMemory(uniform);
    }

    internal static void ToScalar(ReadOnlySpan<byte> input, OprfMode mode, Span<byte> scalar)
    {
        Span<byte> uniform = stackalloc byte[HashLength];
        ExpandMessage(input, Context("HashToScalar-"u8, mode, stackalloc byte[64]), uniform);
        Ristretto.Reduce(uniform, scalar);
        CryptographicOperations.ZeroMemory(uniform);
    }

    /// <summary>A prefix and RFC 9497's contextString: "OPRFV1-" || mode || "-ristretto255-SHA512".</summary>
    internal static ReadOnlySpan<byte> Context(ReadOnlySpan<byte> prefix, OprfMode mode, Span<byte> buffer)
    {
        prefix.CopyTo(buffer);
        var length = prefix.Length;
        "OPRFV1-"u8.CopyTo(buffer[length..]);
        length += 7;
        buffer[length++] = (byte)mode;
        "-ristretto255-SHA512"u8.CopyTo(buffer[length..]);
        return buffer[..(length + 20)];
    }

    /// <summary>
    /// expand_message_xmd (RFC 9380 section 5.3.1) with SHA-512 for exactly one hash of output, which is all that
    /// ristretto255 needs: b_0 = H(zeros(128) || message || I2OSP(64, 2) || 0 || dst'), output = H(b_0 || 1 || dst').
    /// </summary>
    internal static void ExpandMessage(ReadOnlySpan<byte> message, ReadOnlySpan<byte> dst, Span<byte> output)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(output.Length, HashLength);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(dst.Length, 255);
        var length = HashBlockLength + message.Length + 3 + dst.Length + 1;
        var input = length <= 512 ? stackalloc byte[512] : new byte[length];
        input[..HashBlockLength].Clear();
        message.CopyTo(input[HashBlockLength..]);
        var end = HashBlockLength + message.Length;
        BinaryPrimitives.WriteUInt16BigEndian(input[end..], HashLength);
        input[end + 2] = 0;
        end = AppendDst(input, end + 3, dst);
        Span<byte> last = stackalloc byte[HashLength + 1 + 256];
        SHA512.HashData(input[..end], last);
        last[HashLength] = 1;
        SHA512.HashData(last[..AppendDst(last, HashLength + 1, dst)], output);
        CryptographicOperations.ZeroMemory(input);
        CryptographicOperations.ZeroMemory(last);
    }

    static int AppendDst(Span<byte> target, int at, ReadOnlySpan<byte> dst)
    {
        dst.CopyTo(target[at..]);
        target[at + dst.Length] = (byte)dst.Length;
        return at + dst.Length + 1;
    }
}
