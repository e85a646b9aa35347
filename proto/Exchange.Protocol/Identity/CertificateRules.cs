using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Exchange.Protocol.Identity;

/// <summary>What a certificate must be, apart from who signed it: P-256 throughout, and a stated purpose.</summary>
static class CertificateRules
{
    public const string ClientAuthentication = "1.3.6.1.5.5.7.3.2", ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    const string EcdsaWithSha256 = "1.2.840.10045.4.3.2", NistP256 = "1.2.840.10045.3.1.7";

    public static bool IsAuthority(X509Certificate2 certificate) =>
        IsP256(certificate) && BasicConstraints(certificate) is { CertificateAuthority: true }
        && Allows(certificate, X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign);

    public static bool IsEndEntity(X509Certificate2 certificate, CertificateUse use) =>
        IsP256(certificate) && BasicConstraints(certificate) is not { CertificateAuthority: true }
        && Allows(certificate, X509KeyUsageFlags.DigitalSignature)
        && States(certificate, use == CertificateUse.Client ? ClientAuthentication : ServerAuthentication);

    static bool IsP256(X509Certificate2 certificate)
    {
        if (certificate.SignatureAlgorithm.Value != EcdsaWithSha256)
            return false;
        using var key = certificate.GetECDsaPublicKey();
        return key is not null && key.ExportParameters(false).Curve is { IsNamed: true, Oid.Value: NistP256 };
    }

    static X509BasicConstraintsExtension? BasicConstraints(X509Certificate2 certificate) =>
        certificate.Extensions.OfType<X509BasicConstraintsExtension>().FirstOrDefault();

    /// <summary>Without the extension every use is allowed (RFC 5280 section 4.2.1.3).</summary>
    static bool Allows(X509Certificate2 certificate, X509KeyUsageFlags uses) =>
        certificate.Extensions.OfType<X509KeyUsageExtension>().All(one => (one.KeyUsages & uses) == uses);

    /// <summary>Named outright: "any" and a missing extension do not count.</summary>
    static bool States(X509Certificate2 certificate, string usage) =>
        certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().Any(
            one => one.EnhancedKeyUsages.Cast<Oid>().Any(stated => stated.Value == usage));
}
