using System.Buffers.Binary;
using System.Security.Cryptography;
using Exchange.Protocol.Encoding;
using Exchange.Protocol.Sessions;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Protocol.Lookups;

/// <summary>
/// What a PENDING answer carries, so that it resolves when the first of them said: nonce(12) || when it resolves(8), sealed ||
/// tag(16), bound to requester, task and data set. Nothing of a person is in it: somebody unknown has one like anybody.
/// </summary>
public sealed class Tickets : IDisposable
{
    /// <summary>Bytes.</summary>
    public const int Size = AeadKey.NonceSize + sizeof(long) + AeadKey.TagSize;

    readonly AeadKey key;

    /// <param name="root">Of this agency's handles, 32 bytes.</param>
    public Tickets(ReadOnlySpan<byte> root)
    {
        Span<byte> derived = stackalloc byte[AeadKey.KeySize];
        var info = new PartsWriter(stackalloc byte[64], "xhub/v1/ticket-key"u8);
        HKDF.DeriveKey(HashAlgorithmName.SHA256, root, derived, [], info.Written);
        info.Dispose();
        key = new AeadKey(derived);
        CryptographicOperations.ZeroMemory(derived);
    }

    public ByteString Seal(Header header, DateTimeOffset resolves)
    {
        var ticket = new byte[Size];
        RandomBytes.Fill(ticket.AsSpan(0, AeadKey.NonceSize));
        Span<byte> content = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(content, resolves.ToUnixTimeMilliseconds());
        var bound = new PartsWriter(stackalloc byte[256], "xhub/v1/ticket"u8);
        Bind(ref bound, header);
        var isSealed = key.TrySeal(ticket.AsSpan(0, AeadKey.NonceSize), content, ticket.AsSpan(AeadKey.NonceSize), bound.Written);
        bound.Dispose();
        ObjectDisposedException.ThrowIf(!isSealed, this);
        return UnsafeByteOperations.UnsafeWrap(ticket);
    }

    /// <summary>False for what is no ticket of this agency for this requester, task and data set.</summary>
    public bool TryOpen(ReadOnlySpan<byte> ticket, Header header, out DateTimeOffset resolves)
    {
        resolves = default;
        if (ticket.Length != Size)
            return false;
        Span<byte> content = stackalloc byte[sizeof(long)];
        var bound = new PartsWriter(stackalloc byte[256], "xhub/v1/ticket"u8);
        Bind(ref bound, header);
        var opens = key.TryOpen(ticket[..AeadKey.NonceSize], ticket[AeadKey.NonceSize..], content, bound.Written);
        bound.Dispose();
        if (opens)
            resolves = DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(content));
        return opens;
    }

    public void Dispose() => key.Dispose();

    static void Bind(ref PartsWriter parts, Header header)
    {
        parts.Add(header.Requester);
        parts.Add(header.Task);
        parts.Add(header.DataSet);
    }
}
