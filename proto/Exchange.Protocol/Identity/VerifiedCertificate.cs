using System.Security.Cryptography;

namespace Exchange.Protocol.Identity;

/// <summary>A certificate that was found good, and whom it speaks for. Good until the revocation list or the clock says otherwise.</summary>
public sealed class VerifiedCertificate
{
    /// <summary>IEEE P1363, r and s of 32 bytes each.</summary>
    public const int SignatureSize = 64;

    // ECDsa instances are not documented as safe for several threads; verifying happens once a session, not once a lookup.
    readonly Lock gate = new();
    readonly ECDsa key;

    internal VerifiedCertificate(CertificateName name, ECDsa key, string thumbprint, string serial, DateTimeOffset notBefore, DateTimeOffset notAfter)
    {
        Name = name;
        this.key = key;
        Thumbprint = thumbprint;
        Serial = serial;
        NotBefore = notBefore;
        NotAfter = notAfter;
    }

    public CertificateName Name { get; }

    /// <summary>SHA-256 of the certificate, upper-case hex.</summary>
    public string Thumbprint { get; }

    /// <summary>As a revocation list writes it.</summary>
    internal string Serial { get; }

    public DateTimeOffset NotBefore { get; }

    public DateTimeOffset NotAfter { get; }

    /// <param name="signature">ECDSA P-256 with SHA-256, IEEE P1363.</param>
    public bool HasSigned(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != SignatureSize)
            return false;
        lock (gate)
            return key.VerifyData(data, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }
}
