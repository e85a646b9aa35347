using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Exchange.Protocol.Hpke;

/// <summary>RFC 9180: labelled HKDF (section 4), DHKEM's ExtractAndExpand (4.1), key schedule in Base mode (5.1) and export (5.3).</summary>
static class KeySchedule
{
    internal const int HashLength = 32;

    // RFC 9180 section 7.
    internal const ushort Aes256Gcm = 2;
    const ushort DhKemX25519 = 0x0020;
    const ushort HkdfSha256 = 1;
    const byte BaseMode = 0;

    internal static void KemSharedSecret(ReadOnlySpan<byte> dh, ReadOnlySpan<byte> kemContext, Span<byte> sharedSecret)
    {
        Span<byte> suite = [.. "KEM"u8, DhKemX25519 >> 8, DhKemX25519 & 0xff];
        Span<byte> eaePrk = stackalloc byte[HashLength];
        LabelledExtract(suite, [], "eae_prk"u8, dh, eaePrk);
        LabelledExpand(suite, eaePrk, "shared_secret"u8, kemContext, sharedSecret);
        CryptographicOperations.ZeroMemory(eaePrk);
    }

    internal static void ExporterSecret(ReadOnlySpan<byte> sharedSecret, ReadOnlySpan<byte> info, ushort aead, Span<byte> exporterSecret)
    {
        Span<byte> suite = stackalloc byte[10];
        WriteSuite(suite, aead);
        Span<byte> context = stackalloc byte[1 + 2 * HashLength];
        context[0] = BaseMode;
        LabelledExtract(suite, [], "psk_id_hash"u8, [], context.Slice(1, HashLength));
        LabelledExtract(suite, [], "info_hash"u8, info, context[(1 + HashLength)..]);
        Span<byte> secret = stackalloc byte[HashLength];
        LabelledExtract(suite, sharedSecret, "secret"u8, [], secret);
        LabelledExpand(suite, secret, "exp"u8, context, exporterSecret);
        CryptographicOperations.ZeroMemory(secret);
    }

    internal static void Export(ReadOnlySpan<byte> exporterSecret, ReadOnlySpan<byte> exporterContext, ushort aead, Span<byte> key)
    {
        Span<byte> suite = stackalloc byte[10];
        WriteSuite(suite, aead);
        LabelledExpand(suite, exporterSecret, "sec"u8, exporterContext, key);
    }

    static void WriteSuite(Span<byte> suite, ushort aead)
    {
        "HPKE"u8.CopyTo(suite);
        BinaryPrimitives.WriteUInt16BigEndian(suite[4..], DhKemX25519);
        BinaryPrimitives.WriteUInt16BigEndian(suite[6..], HkdfSha256);
        BinaryPrimitives.WriteUInt16BigEndian(suite[8..], aead);
    }

    // LabeledExtract(salt, label, ikm): HKDF-Extract over "HPKE-v1" || suite || label || ikm.
    static void LabelledExtract(ReadOnlySpan<byte> suite, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> label, ReadOnlySpan<byte> ikm, Span<byte> prk)
    {
        using var input = new Joined("HPKE-v1"u8, suite, label, ikm);
        HKDF.Extract(HashAlgorithmName.SHA256, input.Bytes, salt, prk);
    }

    // LabeledExpand(prk, label, info, L): HKDF-Expand with info L || "HPKE-v1" || suite || label || info.
    static void LabelledExpand(ReadOnlySpan<byte> suite, ReadOnlySpan<byte> prk, ReadOnlySpan<byte> label, ReadOnlySpan<byte> info, Span<byte> output)
    {
        Span<byte> prefix = [(byte)(output.Length >> 8), (byte)output.Length, .. "HPKE-v1"u8];
        using var input = new Joined(prefix, suite, label, info);
        HKDF.Expand(HashAlgorithmName.SHA256, prk, output, input.Bytes);
    }

    /// <summary>Four spans one after another in a rented buffer, zeroed on disposal.</summary>
    readonly ref struct Joined
    {
        readonly byte[] rented;
        readonly int length;

        internal Joined(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, ReadOnlySpan<byte> c, ReadOnlySpan<byte> d)
        {
            length = a.Length + b.Length + c.Length + d.Length;
            rented = ArrayPool<byte>.Shared.Rent(length);
            a.CopyTo(rented);
            b.CopyTo(rented.AsSpan(a.Length));
            c.CopyTo(rented.AsSpan(a.Length + b.Length));
            d.CopyTo(rented.AsSpan(a.Length + b.Length + c.Length));
        }

        internal ReadOnlySpan<byte> Bytes => rented.AsSpan(0, length);

        public void Dispose()
        {
            CryptographicOperations.ZeroMemory(rented.AsSpan(0, length));
            ArrayPool<byte>.Shared.Return(rented);
        }
    }
}
