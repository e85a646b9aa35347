using System.Buffers.Binary;
using Google.Protobuf;

namespace Exchange.Gateway.Lookups;

static class RequestIds
{
    /// <summary>
    /// A UUID of version 7 (RFC 9562, 5.7): it rises with time, so that the indexes of logs and journals grow at their end. It is no
    /// secret, so its random bits need no call of the system.
    /// </summary>
    public static ByteString New(DateTimeOffset now)
    {
        var id = new byte[16];
#pragma warning disable RS0030 // No secret, as said.
        Random.Shared.NextBytes(id.AsSpan(6));
#pragma warning restore RS0030
        var milliseconds = now.ToUnixTimeMilliseconds();
        BinaryPrimitives.WriteInt16BigEndian(id, (short)(milliseconds >> 32));
        BinaryPrimitives.WriteInt32BigEndian(id.AsSpan(2), (int)milliseconds);
        id[6] = (byte)(0x70 | id[6] & 0x0f);
        id[8] = (byte)(0x80 | id[8] & 0x3f);
        return UnsafeByteOperations.UnsafeWrap(id);
    }
}
