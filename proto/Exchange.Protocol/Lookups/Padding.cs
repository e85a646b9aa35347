using System.Buffers.Binary;

namespace Exchange.Protocol.Lookups;

/// <summary>
/// pad128 and padTo of docs/protocol.md: length (4 bytes big-endian), message, zeros. Read strictly: one message has
/// one padding.
/// </summary>
static class Padding
{
    const int LengthSize = sizeof(uint), Block = 128;

    /// <summary>Bytes of pad128 of a message of this length.</summary>
    public static int Size128(int message) => (LengthSize + message + Block - 1) / Block * Block;

    /// <summary>Whether a message of this length fits into padTo of this size.</summary>
    public static bool Fits(int message, int size) => LengthSize + message <= size;

    /// <param name="padded">Filled whole.</param>
    public static void Write(Span<byte> padded, ReadOnlySpan<byte> message)
    {
        BinaryPrimitives.WriteUInt32BigEndian(padded, (uint)message.Length);
        message.CopyTo(padded[LengthSize..]);
        padded[(LengthSize + message.Length)..].Clear();
    }

    /// <summary>Undoes padTo of this very length.</summary>
    public static bool TryRead(ReadOnlySpan<byte> padded, out Range message)
    {
        message = default;
        if (padded.Length < LengthSize)
            return false;
        var length = BinaryPrimitives.ReadUInt32BigEndian(padded);
        if (length > padded.Length - LengthSize || padded[(LengthSize + (int)length)..].ContainsAnyExcept((byte)0))
            return false;
        message = LengthSize..(LengthSize + (int)length);
        return true;
    }

    /// <summary>Undoes pad128; more zeros than needed are refused.</summary>
    public static bool TryRead128(ReadOnlySpan<byte> padded, out Range message) =>
        TryRead(padded, out message) && padded.Length == Size128(message.End.Value - LengthSize);
}
