using System.Security.Cryptography;

namespace Exchange.Protocol.Pseudonyms;

/// <summary>The function X25519 (RFC 7748), 32 bytes everywhere.</summary>
public static unsafe class X25519
{
    public const int Length = 32;

    /// <summary>False, and zeros, when the shared secret would be all-zero (RFC 7748 section 6.1) or a length is wrong.</summary>
    public static bool TryMultiply(ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> publicKey, Span<byte> sharedSecret)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(sharedSecret.Length, Length);
        if (privateKey.Length == Length && publicKey.Length == Length)
            fixed (byte* r = sharedSecret, s = privateKey, p = publicKey)
                if (Sodium.X25519(r, s, p) == 0 && sharedSecret.ContainsAnyExcept((byte)0))
                    return true;
        sharedSecret.Clear();
        return false;
    }

    public static void PublicKey(ReadOnlySpan<byte> privateKey, Span<byte> publicKey)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(privateKey.Length, Length);
        ArgumentOutOfRangeException.ThrowIfNotEqual(publicKey.Length, Length);
        fixed (byte* r = publicKey, s = privateKey)
            if (Sodium.X25519Base(r, s) != 0)
                throw new CryptographicException("libsodium refused to derive a public key");
    }

    public static void GenerateKeyPair(Span<byte> privateKey, Span<byte> publicKey)
    {
        RandomNumberGenerator.Fill(privateKey);
        PublicKey(privateKey, publicKey);
    }
}
