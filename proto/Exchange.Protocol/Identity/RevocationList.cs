using System.Diagnostics.CodeAnalysis;
using System.Collections.Frozen;
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Exchange.Protocol.Identity;

/// <summary>
/// A certificate revocation list (RFC 5280 section 5) of the pinned CA: complete, direct, ECDSA P-256 with SHA-256.
/// Any critical extension is refused, so neither a delta nor an indirect list passes for the whole.
/// </summary>
public sealed class RevocationList
{
    public const int MaximumBytes = 4 * 1024 * 1024;

    /// <summary>PROTOCOL: the directory hands out a list at most 24 h old.</summary>
    public static readonly TimeSpan MaximumAge = TimeSpan.FromHours(24);

    static readonly TimeSpan tolerance = TimeSpan.FromMinutes(5);
    static readonly Asn1Tag extensionsTag = new(TagClass.ContextSpecific, 0);
    const string EcdsaWithSha256 = "1.2.840.10045.4.3.2";

    readonly FrozenSet<string> serials;

    RevocationList(ReadOnlyMemory<byte> encoded, DateTimeOffset thisUpdate, DateTimeOffset? nextUpdate, FrozenSet<string> serials)
    {
        Encoded = encoded;
        Hash = SHA256.HashData(encoded.Span);
        ThisUpdate = thisUpdate;
        NextUpdate = nextUpdate;
        this.serials = serials;
    }

    /// <summary>DER, as signed.</summary>
    public ReadOnlyMemory<byte> Encoded { get; }

    /// <summary>SHA-256 of <see cref="Encoded"/>, to tell whether another holds the same.</summary>
    public ReadOnlyMemory<byte> Hash { get; }

    public DateTimeOffset ThisUpdate { get; }

    public DateTimeOffset? NextUpdate { get; }

    public int Count => serials.Count;

    public bool IsRevoked(X509Certificate2 certificate) => IsRevoked(SerialOf(certificate));

    internal bool IsRevoked(string serial) => serials.Contains(serial);

    /// <summary>As this list writes it.</summary>
    internal static string SerialOf(X509Certificate2 certificate) => Hex(certificate.SerialNumberBytes.Span);

    /// <summary>Too old, past its own end, or from the future.</summary>
    public bool IsStale(DateTimeOffset now) =>
        now - ThisUpdate > MaximumAge || ThisUpdate - now > tolerance || (NextUpdate is { } next && now >= next);

    /// <summary>Whether these bytes are a list of this CA, signed by it. Its age is judged when it is used.</summary>
    public static bool TryParse(ReadOnlySpan<byte> der, X509Certificate2 authority, [NotNullWhen(true)] out RevocationList? list)
    {
        list = null;
        if (der.IsEmpty || der.Length > MaximumBytes)
            return false;
        try
        {
            list = Parse(der.ToArray(), authority);
        }
        catch (Exception broken) when (broken is AsnContentException or CryptographicException)
        {
        }
        return list is not null;
    }

    // CertificateList ::= SEQUENCE { tbsCertList, signatureAlgorithm, signatureValue BIT STRING }
    static RevocationList? Parse(byte[] der, X509Certificate2 authority)
    {
        var outer = new AsnReader(der, AsnEncodingRules.DER);
        var parts = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        var signed = parts.ReadEncodedValue();
        if (!IsEcdsaWithSha256(parts.ReadSequence()))
            return null;
        var signature = parts.ReadBitString(out var unused);
        parts.ThrowIfNotEmpty();

        using var key = authority.GetECDsaPublicKey();
        if (unused != 0 || key is null
            || !key.VerifyData(signed.Span, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence))
            return null;
        return ParseSigned(der, signed, authority);
    }

    // TBSCertList ::= SEQUENCE { version v2, signature, issuer, thisUpdate, nextUpdate OPTIONAL,
    //                            revokedCertificates OPTIONAL, crlExtensions [0] EXPLICIT OPTIONAL }
    static RevocationList? ParseSigned(byte[] der, ReadOnlyMemory<byte> signed, X509Certificate2 authority)
    {
        var reader = new AsnReader(signed, AsnEncodingRules.DER).ReadSequence();
        if (!reader.TryReadInt32(out var version) || version != 1
            || !IsEcdsaWithSha256(reader.ReadSequence())
            || !reader.ReadEncodedValue().Span.SequenceEqual(authority.SubjectName.RawData))
            return null;
        var thisUpdate = ReadTime(reader);
        DateTimeOffset? nextUpdate = reader.HasData && IsTime(reader.PeekTag()) ? ReadTime(reader) : null;

        var serials = new HashSet<string>();
        if (reader.HasData && reader.PeekTag() == Asn1Tag.Sequence)
        {
            var entries = reader.ReadSequence();
            while (entries.HasData)
            {
                var entry = entries.ReadSequence();
                serials.Add(Hex(entry.ReadIntegerBytes().Span));
                ReadTime(entry);
                if (entry.HasData && HasCritical(entry.ReadSequence()))
                    return null;
                entry.ThrowIfNotEmpty();
            }
        }
        if (reader.HasData)
        {
            var extensions = reader.ReadSequence(extensionsTag);
            if (HasCritical(extensions.ReadSequence()))
                return null;
            extensions.ThrowIfNotEmpty();
        }
        reader.ThrowIfNotEmpty();
        return new RevocationList(der, thisUpdate, nextUpdate, serials.ToFrozenSet());
    }

    static bool IsEcdsaWithSha256(AsnReader algorithm) =>
        algorithm.ReadObjectIdentifier() == EcdsaWithSha256 && !algorithm.HasData;

    static bool HasCritical(AsnReader extensions)
    {
        while (extensions.HasData)
        {
            var extension = extensions.ReadSequence();
            extension.ReadObjectIdentifier();
            if (extension.PeekTag() == Asn1Tag.Boolean && extension.ReadBoolean())
                return true;
            extension.ReadOctetString();
            extension.ThrowIfNotEmpty();
        }
        return false;
    }

    static bool IsTime(Asn1Tag tag) => tag == Asn1Tag.UtcTime || tag == Asn1Tag.GeneralizedTime;

    static DateTimeOffset ReadTime(AsnReader reader) =>
        reader.PeekTag() == Asn1Tag.UtcTime ? reader.ReadUtcTime() : reader.ReadGeneralizedTime();

    /// <summary>Without the sign octet, so that both sides of a comparison have one form.</summary>
    static string Hex(ReadOnlySpan<byte> serial) => Convert.ToHexString(serial.TrimStart((byte)0));
}
