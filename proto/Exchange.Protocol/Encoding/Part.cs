using System.Buffers.Binary;
using Google.Protobuf;

namespace Exchange.Protocol.Encoding;

/// <summary>One field of a T: bytes as they are, text as UTF-8, integers as 8 bytes big-endian.</summary>
public readonly struct Part
{
    readonly ReadOnlyMemory<byte> bytes;
    readonly string? text;

    Part(ReadOnlyMemory<byte> bytes) => this.bytes = bytes;

    Part(string text) => this.text = text;

    public static implicit operator Part(byte[] bytes) => new(bytes.AsMemory());

    public static implicit operator Part(ReadOnlyMemory<byte> bytes) => new(bytes);

    public static implicit operator Part(ByteString bytes) => new(bytes.Memory);

    public static implicit operator Part(string text) => new(text);

    public static implicit operator Part(long number)
    {
        var bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        return new(bytes);
    }

    public static implicit operator Part(ulong number) => unchecked((long)number);

    internal void WriteTo(ref PartsWriter writer)
    {
        if (text is not null)
            writer.Add(text);
        else
            writer.Add(bytes.Span);
    }
}
