using Exchange.Protocol.Pseudonyms;

namespace Exchange.Protocol.Transparency;

/// <summary>Signatures of RFC 8032: keys of 32 bytes, signatures of 64.</summary>
static unsafe class Ed25519
{
    public const int SeedLength = 32, KeyLength = 32, SignatureLength = 64, SecretLength = 64;

    /// <param name="secret">64 bytes: seed and public key, as libsodium keeps them.</param>
    public static byte[] FromSeed(ReadOnlySpan<byte> seed, Span<byte> secret)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(seed.Length, SeedLength, nameof(seed));
        ArgumentOutOfRangeException.ThrowIfNotEqual(secret.Length, SecretLength, nameof(secret));
        var key = new byte[KeyLength];
        fixed (byte* s = seed, k = key, all = secret)
            _ = Sodium.Ed25519FromSeed(k, all, s);
        return key;
    }

    public static byte[] Sign(ReadOnlySpan<byte> message, ReadOnlySpan<byte> secret)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(secret.Length, SecretLength, nameof(secret));
        var signature = new byte[SignatureLength];
        fixed (byte* s = signature, m = message, all = secret)
            _ = Sodium.Ed25519Sign(s, null, m, (ulong)message.Length, all);
        return signature;
    }

    public static bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature, ReadOnlySpan<byte> key)
    {
        if (signature.Length != SignatureLength || key.Length != KeyLength)
            return false;
        fixed (byte* s = signature, m = message, k = key)
            return Sodium.Ed25519Verify(s, m, (ulong)message.Length, k) == 0;
    }
}
