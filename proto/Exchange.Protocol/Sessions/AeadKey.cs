using System.Security.Cryptography;

namespace Exchange.Protocol.Sessions;

/// <summary>
/// AES-256-GCM under one key, for any number of threads. Ciphertexts end with the 16-byte tag. Messages here are small, and the
/// platform's cipher spends more on being set up for each than on the message: where the processor has AES, libsodium's
/// with an expanded key spends it on the message alone.
/// </summary>
public sealed class AeadKey : IDisposable
{
    /// <summary>Bytes.</summary>
    public const int KeySize = 32, NonceSize = 12, TagSize = 16;

    // One of the two.
    readonly ExpandedAesKey? expanded;
    readonly LentInstances<AesGcm>? ciphers;

    /// <param name="key">32 bytes, copied.</param>
    public AeadKey(ReadOnlySpan<byte> key)
        : this(key, ExpandedAesKey.IsSupported)
    {
    }

    internal AeadKey(ReadOnlySpan<byte> key, bool expand)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, KeySize);
        if (expand)
            expanded = new ExpandedAesKey(key);
        else
            ciphers = new LentInstances<AesGcm>(key, static key => new AesGcm(key, TagSize));
    }

    /// <summary>Adds the tag after the ciphertext. False once the key is disposed of.</summary>
    /// <param name="ciphertext">As long as the plaintext and the tag; may begin where the plaintext begins.</param>
    public bool TrySeal(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> plaintext, Span<byte> ciphertext, ReadOnlySpan<byte> associatedData)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(nonce.Length, NonceSize);
        ArgumentOutOfRangeException.ThrowIfNotEqual(ciphertext.Length, plaintext.Length + TagSize);
        if (expanded is not null)
            return expanded.TrySeal(nonce, plaintext, ciphertext, associatedData);
        if (ciphers!.Rent() is not { } cipher)
            return false;
        try
        {
            cipher.Encrypt(nonce, plaintext, ciphertext[..^TagSize], ciphertext[^TagSize..], associatedData);
            return true;
        }
        finally
        {
            ciphers.Return(cipher);
        }
    }

    /// <summary>False when it does not open, or the key is disposed of; the plaintext is then zero.</summary>
    /// <param name="plaintext">As long as the ciphertext without its tag; may begin where the ciphertext begins.</param>
    public bool TryOpen(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> ciphertext, Span<byte> plaintext, ReadOnlySpan<byte> associatedData)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(nonce.Length, NonceSize);
        if (ciphertext.Length < TagSize)
        {
            plaintext.Clear();
            return false;
        }
        ArgumentOutOfRangeException.ThrowIfNotEqual(plaintext.Length, ciphertext.Length - TagSize);
        if (expanded is not null ? expanded.TryOpen(nonce, ciphertext, plaintext, associatedData) : TryOpenOnPlatform(nonce, ciphertext, plaintext, associatedData))
            return true;
        plaintext.Clear();
        return false;
    }

    public void Dispose()
    {
        expanded?.Dispose();
        ciphers?.Dispose();
    }

    bool TryOpenOnPlatform(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> ciphertext, Span<byte> plaintext, ReadOnlySpan<byte> associatedData)
    {
        if (ciphers!.Rent() is not { } cipher)
            return false;
        try
        {
            cipher.Decrypt(nonce, ciphertext[..^TagSize], ciphertext[^TagSize..], plaintext, associatedData);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
        finally
        {
            ciphers.Return(cipher);
        }
    }
}
