using System.Numerics;
using System.Security.Cryptography;

namespace Exchange.Protocol.Sessions;

/// <summary>
/// AES-256-GCM under one key, for any number of threads. An <see cref="AesGcm"/> holds one cipher context and serves
/// one caller at a time, so keyed instances are lent out of a few slots without a lock; when all are lent, one more is
/// made. Ciphertexts end with the 16-byte tag.
/// </summary>
public sealed class AeadKey : IDisposable
{
    /// <summary>Bytes.</summary>
    public const int KeySize = 32, NonceSize = 12, TagSize = 16;

    static readonly int slots = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Clamp(Environment.ProcessorCount, 2, 32));

    readonly AesGcm?[] idle = new AesGcm?[slots];
    readonly byte[] key = GC.AllocateArray<byte>(KeySize, pinned: true);

    // Guards key against being read while it is zeroed: an instance made from half a key would seal.
    readonly Lock gate = new();
    volatile bool disposed;

    /// <param name="key">32 bytes, copied.</param>
    public AeadKey(ReadOnlySpan<byte> key) => key.CopyTo(this.key);

    /// <summary>Adds the tag after the ciphertext. False once the key is disposed of.</summary>
    /// <param name="ciphertext">As long as the plaintext and the tag; may begin where the plaintext begins.</param>
    public bool TrySeal(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> plaintext, Span<byte> ciphertext, ReadOnlySpan<byte> associatedData)
    {
        if (Rent() is not { } cipher)
            return false;
        try
        {
            cipher.Encrypt(nonce, plaintext, ciphertext[..^TagSize], ciphertext[^TagSize..], associatedData);
            return true;
        }
        finally
        {
            Return(cipher);
        }
    }

    /// <summary>False when it does not open, or the key is disposed of; the plaintext is then zero.</summary>
    public bool TryOpen(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> ciphertext, Span<byte> plaintext, ReadOnlySpan<byte> associatedData)
    {
        if (ciphertext.Length < TagSize || Rent() is not { } cipher)
            return false;
        try
        {
            cipher.Decrypt(nonce, ciphertext[..^TagSize], ciphertext[^TagSize..], plaintext, associatedData);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            plaintext.Clear();
            return false;
        }
        finally
        {
            Return(cipher);
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            disposed = true;
            CryptographicOperations.ZeroMemory(key);
        }
        DisposeIdle();
    }

    AesGcm? Rent()
    {
        if (disposed)
            return null;
        var first = Environment.CurrentManagedThreadId;
        for (var i = 0; i < slots; i++)
        {
            ref var slot = ref idle[(first + i) & (slots - 1)];
            if (Volatile.Read(ref slot) is not null && Interlocked.Exchange(ref slot, null) is { } cipher)
                return cipher;
        }
        lock (gate)
            return disposed ? null : new AesGcm(key, TagSize);
    }

    void Return(AesGcm cipher)
    {
        var first = Environment.CurrentManagedThreadId;
        for (var i = 0; i < slots && !disposed; i++)
        {
            ref var slot = ref idle[(first + i) & (slots - 1)];
            if (Volatile.Read(ref slot) is not null || Interlocked.CompareExchange(ref slot, cipher, null) is not null)
                continue;
            if (disposed)
                DisposeIdle();
            return;
        }
        cipher.Dispose();
    }

    void DisposeIdle()
    {
        for (var i = 0; i < slots; i++)
            Interlocked.Exchange(ref idle[i], null)?.Dispose();
    }
}
