using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Exchange.Protocol.Encoding;

/// <summary>
/// Writes T(label, f1, f2, ...) of docs/protocol.md: for the label and each field its length as 4 bytes big-endian,
/// then its bytes. Starts in the caller's buffer, which is usually on the stack, and moves to a rented one when that
/// is full. What was written is zeroed on disposal.
/// </summary>
public ref struct PartsWriter
{
    Span<byte> buffer;
    byte[]? rented;
    int length;

    public PartsWriter(Span<byte> buffer) => this.buffer = buffer;

    public PartsWriter(Span<byte> buffer, ReadOnlySpan<byte> label) : this(buffer) => Add(label);

    /// <summary>Valid until the next call.</summary>
    [UnscopedRef]
    public readonly ReadOnlySpan<byte> Written => buffer[..length];

    public void Add(ReadOnlySpan<byte> field) => field.CopyTo(Reserve(field.Length));

    /// <summary>UTF-8.</summary>
    public void Add(string field)
    {
        var size = System.Text.Encoding.UTF8.GetByteCount(field);
        System.Text.Encoding.UTF8.GetBytes(field, Reserve(size));
    }

    /// <summary>8 bytes big-endian.</summary>
    public void Add(ulong field) => BinaryPrimitives.WriteUInt64BigEndian(Reserve(sizeof(ulong)), field);

    /// <summary>8 bytes big-endian, two's complement.</summary>
    public void Add(long field) => BinaryPrimitives.WriteInt64BigEndian(Reserve(sizeof(long)), field);

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(buffer[..length]);
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
        this = default;
    }

    Span<byte> Reserve(int size)
    {
        var end = checked(length + sizeof(uint) + size);
        if (end > buffer.Length)
            Grow(end);
        BinaryPrimitives.WriteUInt32BigEndian(buffer[length..], (uint)size);
        var field = buffer[(length + sizeof(uint))..end];
        length = end;
        return field;
    }

    void Grow(int needed)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, 2 * buffer.Length));
        buffer[..length].CopyTo(larger);
        CryptographicOperations.ZeroMemory(buffer[..length]);
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
        rented = larger;
        buffer = larger;
    }
}
