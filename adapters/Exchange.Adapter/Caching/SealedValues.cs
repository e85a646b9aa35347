using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using Exchange.Protocol.Encoding;
using Exchange.Protocol.Lookups;
using Exchange.Protocol.Sessions;

namespace Exchange.Adapter.Caching;

/// <summary>
/// Values as they leave the process: day(4) || nonce(12) || AES-256-GCM. A key for each day, derived, so that random
/// nonces stay far from their limit; only yesterday's and tomorrow's open besides today's.
/// </summary>
sealed class SealedValues : IDisposable
{
    public const int Overhead = sizeof(uint) + AeadKey.NonceSize + AeadKey.TagSize;

    readonly byte[] root = GC.AllocateArray<byte>(AeadKey.KeySize, pinned: true);
    readonly string purpose;
    readonly TimeProvider time;
    readonly ConcurrentDictionary<uint, AeadKey> keys = new();
    readonly Lock gate = new();

    /// <param name="root">32 bytes, copied.</param>
    /// <param name="purpose">Values sealed for one purpose do not open for another.</param>
    public SealedValues(ReadOnlySpan<byte> root, string purpose, TimeProvider time)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(root.Length, AeadKey.KeySize);
        root.CopyTo(this.root);
        this.purpose = purpose;
        this.time = time;
    }

    public void Seal(ReadOnlySpan<byte> content, Span<byte> value)
    {
        var day = Today();
        BinaryPrimitives.WriteUInt32BigEndian(value, day);
        var nonce = value.Slice(sizeof(uint), AeadKey.NonceSize);
        RandomBytes.Fill(nonce);
        ObjectDisposedException.ThrowIf(!Key(day).TrySeal(nonce, content, value[(sizeof(uint) + AeadKey.NonceSize)..], []), this);
    }

    /// <returns>The content, or null for anything that was not sealed so.</returns>
    public byte[]? Open(ReadOnlySpan<byte> value)
    {
        if (value.Length < Overhead)
            return null;
        var day = BinaryPrimitives.ReadUInt32BigEndian(value);
        if (Math.Abs((long)day - Today()) > 1)
            return null;
        var content = new byte[value.Length - Overhead];
        var ciphertext = value[(sizeof(uint) + AeadKey.NonceSize)..];
        return Key(day).TryOpen(value.Slice(sizeof(uint), AeadKey.NonceSize), ciphertext, content, []) ? content : null;
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

    uint Today() => (uint)(time.GetUtcNow().ToUnixTimeSeconds() / 86_400);

    AeadKey Key(uint day) => keys.TryGetValue(day, out var key) ? key : MakeKey(day);

    AeadKey MakeKey(uint day)
    {
        lock (gate)
        {
            if (keys.TryGetValue(day, out var made))
                return made;
            foreach (var old in keys.Keys)
                if (Math.Abs((long)old - day) > 2 && keys.TryRemove(old, out var retired))
                    retired.Dispose();
            var info = new PartsWriter(stackalloc byte[128], "xhub/v1/cache-value"u8);
            info.Add(purpose);
            info.Add((ulong)day);
            Span<byte> derived = stackalloc byte[AeadKey.KeySize];
            HKDF.DeriveKey(HashAlgorithmName.SHA256, root, derived, [], info.Written);
            info.Dispose();
            made = new AeadKey(derived);
            CryptographicOperations.ZeroMemory(derived);
            return keys[day] = made;
        }
    }
}
