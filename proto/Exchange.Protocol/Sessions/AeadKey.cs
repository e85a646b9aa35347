using System.Security.Cryptography;

namespace Exchange.Protocol.Sessions;

/// <summary>
/// AES-256-GCM under one key, for any number of threads: an <see cref="AesGcm"/> holds one cipher context and serves
/// one caller at a time. Ciphertexts end with the 16-byte tag.
/// </summary>
public sealed class AeadKey : IDisposable
{
    /// <summary>Bytes.</summary>
    public const int KeySize = 32, NonceSize = 12, TagSize = 16;

    readonly LentInstances<AesGcm> ciphers;

    /// <param name="key">32 bytes, copied.</param>
    public AeadKey(ReadOnlySpan<byte> key) => ciphers = new LentInstances<AesGcm>(key, static key => new AesGcm(key, TagSize));

    /// <summary>Adds the tag after the ciphertext. False once the key is disposed of.</summary>
    /// <param name="ciphertext">As long as the plaintext and the tag; may begin where the plaintext begins.</param>
    public bool TrySeal(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> plaintext, Span<byte> ciphertext, ReadOnlySpan<byte> associatedData)
    {
        if (ciphers.Rent() is not { } cipher)
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
    public bool TryOpen(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> ciphertext, Span<byte> plaintext, ReadOnlySpan<byte> associatedData)
    {
        if (ciphertext.Length < TagSize || ciphers.Rent() is not { } cipher)
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
            ciphers.Return(cipher);
        }
    }

    public void Dispose() => ciphers.Dispose();
}
