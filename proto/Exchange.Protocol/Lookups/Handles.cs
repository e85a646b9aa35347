using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using Exchange.Protocol.Encoding;
using Exchange.Protocol.Sessions;

namespace Exchange.Protocol.Lookups;

/// <summary>
/// Sealed pointers to a provider's rows, one requester and one data set each:
/// key id(4) || nonce(12) || row(16) || match generation(8) || expiry(8), sealed || tag(16). The key id is the number of
/// the day, so all nodes that hold the root open each other's handles, and only three keys are ever alive.
/// </summary>
public sealed class Handles : IDisposable
{
    /// <summary>Bytes.</summary>
    public const int Size = KeyIdSize + AeadKey.NonceSize + ContentSize + AeadKey.TagSize;

    /// <summary>Bytes of the root, which is kept beside the closing scalar.</summary>
    public const int RootSize = 32;

    const int KeyIdSize = 4, ContentSize = 32, RowSize = 16;

    public static readonly TimeSpan MaximumLifetime = TimeSpan.FromHours(24);

    readonly byte[] root = GC.AllocateArray<byte>(RootSize, pinned: true);
    readonly TimeProvider time;
    readonly ConcurrentDictionary<uint, AeadKey> keys = new();
    readonly Lock gate = new();

    /// <param name="root">32 bytes, copied.</param>
    public Handles(ReadOnlySpan<byte> root, TimeProvider time)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(root.Length, RootSize);
        root.CopyTo(this.root);
        this.time = time;
    }

    /// <param name="generation">The match generation now in the adapter's table.</param>
    /// <param name="handle">64 bytes.</param>
    /// <param name="lifetime">At most 24 hours, which is the default.</param>
    public void Seal(string requester, string dataSet, UInt128 row, ulong generation, Span<byte> handle, TimeSpan? lifetime = null)
    {
        var now = time.GetUtcNow();
        var expiry = now + (lifetime is { } shorter && shorter < MaximumLifetime ? shorter : MaximumLifetime);
        Span<byte> nonce = stackalloc byte[AeadKey.NonceSize];
        RandomBytes.Fill(nonce);
        Seal(Day(now), nonce, requester, dataSet, new HandleTarget(row, generation, expiry.ToUnixTimeMilliseconds()), handle);
    }

    /// <summary>Whether the row still carries the generation is for the caller to say: <see cref="HandleTarget.IsOf"/>.</summary>
    public HandleFault TryOpen(ReadOnlySpan<byte> handle, string requester, string dataSet, out HandleTarget target)
    {
        target = default;
        if (handle.Length != Size)
            return HandleFault.Malformed;
        var now = time.GetUtcNow();
        var keyId = BinaryPrimitives.ReadUInt32BigEndian(handle);
        var today = Day(now);
        // A handle lives 24 hours; another node's clock may already have tomorrow.
        if (keyId != today && keyId != today - 1 && keyId != today + 1)
            return HandleFault.KeyRetired;
        if (!TryOpen(handle, keyId, requester, dataSet, out target))
            return HandleFault.Forged;
        if (now.ToUnixTimeMilliseconds() < target.ExpiryUnixMs)
            return HandleFault.None;
        target = default;
        return HandleFault.Expired;
    }

    public void Dispose()
    {
        lock (gate)
        {
            CryptographicOperations.ZeroMemory(root);
            foreach (var key in keys.Values)
                key.Dispose();
        }
    }

    /// <summary>With a given key id and nonce, for known answers.</summary>
    internal void Seal(uint keyId, ReadOnlySpan<byte> nonce, string requester, string dataSet, HandleTarget target, Span<byte> handle)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(handle.Length, Size);
        BinaryPrimitives.WriteUInt32BigEndian(handle, keyId);
        nonce.CopyTo(handle[KeyIdSize..]);
        Span<byte> content = stackalloc byte[ContentSize];
        BinaryPrimitives.WriteUInt128BigEndian(content, target.Row);
        BinaryPrimitives.WriteUInt64BigEndian(content[RowSize..], target.Generation);
        BinaryPrimitives.WriteInt64BigEndian(content[(RowSize + sizeof(ulong))..], target.ExpiryUnixMs);
        var associated = new PartsWriter(stackalloc byte[256], "xhub/v1/handle"u8);
        associated.Add(requester);
        associated.Add(dataSet);
        var isSealed = Key(keyId).TrySeal(nonce, content, handle[(KeyIdSize + AeadKey.NonceSize)..], associated.Written);
        associated.Dispose();
        ObjectDisposedException.ThrowIf(!isSealed, this);
    }

    internal bool TryOpen(ReadOnlySpan<byte> handle, uint keyId, string requester, string dataSet, out HandleTarget target)
    {
        Span<byte> content = stackalloc byte[ContentSize];
        var associated = new PartsWriter(stackalloc byte[256], "xhub/v1/handle"u8);
        associated.Add(requester);
        associated.Add(dataSet);
        var opens = Key(keyId).TryOpen(
            handle.Slice(KeyIdSize, AeadKey.NonceSize), handle[(KeyIdSize + AeadKey.NonceSize)..], content, associated.Written);
        associated.Dispose();
        target = opens
            ? new HandleTarget(
                BinaryPrimitives.ReadUInt128BigEndian(content),
                BinaryPrimitives.ReadUInt64BigEndian(content[RowSize..]),
                BinaryPrimitives.ReadInt64BigEndian(content[(RowSize + sizeof(ulong))..]))
            : default;
        return opens;
    }

    internal static void DeriveKey(ReadOnlySpan<byte> root, uint keyId, Span<byte> key)
    {
        Span<byte> id = stackalloc byte[KeyIdSize];
        BinaryPrimitives.WriteUInt32BigEndian(id, keyId);
        var info = new PartsWriter(stackalloc byte[64], "xhub/v1/handle-key"u8);
        info.Add(id);
        HKDF.DeriveKey(HashAlgorithmName.SHA256, root, key, [], info.Written);
        info.Dispose();
    }

    static uint Day(DateTimeOffset now) => (uint)(now.ToUnixTimeSeconds() / 86_400);

    AeadKey Key(uint keyId) => keys.TryGetValue(keyId, out var key) ? key : MakeKey(keyId);

    AeadKey MakeKey(uint keyId)
    {
        lock (gate)
        {
            if (keys.TryGetValue(keyId, out var made))
                return made;
            foreach (var old in keys.Keys)
                if (Math.Abs((long)old - keyId) > 2 && keys.TryRemove(old, out var retired))
                    retired.Dispose();
            Span<byte> key = stackalloc byte[AeadKey.KeySize];
            DeriveKey(root, keyId, key);
            made = new AeadKey(key);
            CryptographicOperations.ZeroMemory(key);
            return keys[keyId] = made;
        }
    }
}
