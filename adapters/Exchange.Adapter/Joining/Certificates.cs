using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Exchange.Hosting.Certificates;
using Exchange.Hosting.Secrets;
using Exchange.Protocol.Identity;

namespace Exchange.Adapter.Joining;

/// <summary>The agency's own key and the request for its certificate, the answer to it, and a certificate for the local API.</summary>
static class Certificates
{
    static readonly TimeSpan localLifetime = TimeSpan.FromDays(730), backdated = TimeSpan.FromMinutes(5);

    /// <summary>Draws a key unless there is one, and writes a request (PKCS #10) for it.</summary>
    /// <exception cref="SecretFileException">The key that is there cannot be used.</exception>
    public static void Request(JoiningFolder folder, string agency) =>
        CertificateOrder.Write(CertificateName.Agency(agency), [], folder.Key, folder.Request);

    /// <summary>Whether there is such a certificate, of the key in the folder.</summary>
    public static bool IsOfOurKey(string path, JoiningFolder folder)
    {
        if (!File.Exists(path))
            return false;
        using var certificate = X509CertificateLoader.LoadCertificateFromFile(path);
        return IsOfOurKey(certificate, folder);
    }

    /// <summary>Why a certificate is not the one that was ordered; null when it is.</summary>
    public static string? Wrong(string path, JoiningFolder folder, string agency, TimeProvider time)
    {
        X509Certificate2 certificate;
        try
        {
            certificate = X509CertificateLoader.LoadCertificateFromFile(path);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            return $"{path} cannot be read as a certificate: {e.Message}";
        }
        using (certificate)
        {
            if (!IsOfOurKey(certificate, folder))
                return $"it belongs to another key than {folder.Key}; was it made from {folder.Request}?";
            if (!AgencyNames.TryRead(certificate, out var name))
                return "it names no agency; the CA has to put the request's URI into it as subject alternative name";
            if (!name.IsAgency(agency))
                return $"it is of {AgencyNames.ToUri(name)}, and not of {agency}";
            using var verifier = new CertificateVerifier(X509CertificateLoader.LoadCertificateFromFile(folder.Root), time);
            return verifier.TryVerifyWithoutList(certificate, CertificateUse.Client, out _) ? null
                : time.GetUtcNow() < certificate.NotBefore ? "it is not valid yet; look at this machine's clock"
                : time.GetUtcNow() > certificate.NotAfter ? "it has expired; look at this machine's clock, or ask the CA for another"
                : "the CA of the invitation did not issue it for a client (extended key usage clientAuth)";
        }
    }

    static bool IsOfOurKey(X509Certificate2 certificate, JoiningFolder folder)
    {
        using var key = CertificateOrder.OpenKey(folder.Key);
        using var shown = certificate.GetECDsaPublicKey();
        return shown?.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(key.ExportSubjectPublicKeyInfo()) == true;
    }

    /// <summary>For the agency's own systems, which pin it: it vouches for itself, and for nothing else.</summary>
    public static void IssueLocal(JoiningFolder folder, string agency, TimeProvider time)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN=local API of {agency}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(System.Net.IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        var now = time.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now - backdated, now + localLifetime);
        PemFiles.Write(certificate, folder.LocalCertificate, folder.LocalKey);
    }
}
