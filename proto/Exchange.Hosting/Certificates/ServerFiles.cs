using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Exchange.Hosting.Configuration;
using Exchange.Hosting.Secrets;
using Exchange.Protocol.Identity;

namespace Exchange.Hosting.Certificates;

/// <summary>
/// The files with which a hub or a key authority is believed and believes others, by their paths; those that do not exist have been
/// reported. <see cref="Read"/> reports, each at its key of the configuration, whatever would keep those who connect from being served.
/// </summary>
/// <param name="ListKey">The key that names the revocation list; the others are certificate, key and root.</param>
public sealed record ServerFiles(string Certificate, string Key, string Root, string ListKey, string RevocationList)
{
    /// <summary>Whoever serves waits for what heals by itself, and its health says so meanwhile: a list that is old or being copied, a clock that is not set yet.</summary>
    public bool WaitsForWhatHeals { get; init; }

    const string ServerUse = "1.3.6.1.5.5.7.3.1";

    /// <param name="name">Whom the certificate has to speak for; null when the configuration does not say.</param>
    /// <returns>Certificate with its key, and root; null for either when it cannot be used, which was reported.</returns>
    public (X509Certificate2? Certificate, X509Certificate2? Root) Read(YamlMap map, CertificateName? name, TimeProvider time)
    {
        var certificate = ReadCertificate(map);
        var root = ReadRoot(map, time);
        // Without a key that fits, the rest of it is told all the same.
        using var shown = Shown();
        if (shown is not null)
            Judge(map, shown, root, name, time);
        if (root is not null && File.Exists(RevocationList))
            JudgeList(map, File.ReadAllBytes(RevocationList), root, shown, time);
        return (certificate, root);
    }

    X509Certificate2? ReadCertificate(YamlMap map)
    {
        if (!File.Exists(Certificate) || !File.Exists(Key))
            return null;
        try
        {
            return PemFiles.Read(Certificate, Key);
        }
        catch (ArgumentException)
        {
            map.Report("certificate", "'certificate' and 'key' cannot be used together: the certificate is of another key; put here the CA's answer to the request made with this one");
        }
        catch (CryptographicException e)
        {
            map.Report("certificate", $"'certificate' and 'key' cannot be used together: {e.Message.TrimEnd('.')}; both are PEM");
        }
        catch (SecretFileException e)
        {
            map.Report("key", e.Message);
        }
        return null;
    }

    X509Certificate2? Shown()
    {
        try
        {
            return File.Exists(Certificate) ? X509CertificateLoader.LoadCertificateFromFile(Certificate) : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    X509Certificate2? ReadRoot(YamlMap map, TimeProvider time)
    {
        if (!File.Exists(Root))
            return null;
        try
        {
            var root = X509CertificateLoader.LoadCertificateFromFile(Root);
            // It refuses a root that cannot be pinned.
            new CertificateVerifier(root, time).Dispose();
            return root;
        }
        catch (CryptographicException e)
        {
            map.Report("root", $"'root' is not the certificate of a CA: {e.Message}");
            return null;
        }
    }

    void Judge(YamlMap map, X509Certificate2 certificate, X509Certificate2? root, CertificateName? name, TimeProvider time)
    {
        var speaks = AgencyNames.TryRead(certificate, out var found) ? $"speaks for {found}" : "has no name of an exchange";
        if (name is not null && found != name)
            map.Report("certificate", $"'certificate' {speaks}; its only SAN URI must be {name}");
        if (!certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().Any(one => one.EnhancedKeyUsages.Cast<Oid>().Any(use => use.Value == ServerUse)))
            map.Report("certificate", "'certificate' was not issued for a server; ask the CA for one with the extended key usage serverAuth");
        var now = time.GetUtcNow();
        var (begins, ends) = (certificate.NotBefore.ToUniversalTime(), certificate.NotAfter.ToUniversalTime());
        if (now < begins && WaitsForWhatHeals)
            return;
        if (now < begins)
            map.Report("certificate", $"'certificate' is not valid before {begins:yyyy-MM-dd HH:mm} UTC; look at this machine's clock");
        else if (now > ends)
            map.Report("certificate", $"'certificate' ended on {ends:yyyy-MM-dd HH:mm} UTC; ask the CA for another");
        else if (root is not null)
        {
            using var verifier = new CertificateVerifier(root, time);
            if (!verifier.IsIssued(certificate))
                map.Report("certificate", $"'certificate' was not issued by {root.Subject}, the root that 'root' names");
        }
    }

    void JudgeList(YamlMap map, byte[] bytes, X509Certificate2 root, X509Certificate2? certificate, TimeProvider time)
    {
        var isList = Protocol.Identity.RevocationList.TryParse(bytes, root, out var list);
        if (WaitsForWhatHeals && (!isList || list!.IsStale(time.GetUtcNow())))
            return;
        if (!isList)
            map.Report(ListKey, $"'{ListKey}' is not a revocation list of {root.Subject} in DER{(bytes.AsSpan().StartsWith("-----BEGIN X509 CRL"u8) ? "; it is PEM: openssl crl -outform DER" : "")}");
        else if (list!.IsStale(time.GetUtcNow()))
            map.Report(ListKey, $"'{ListKey}' is the list of {list.ThisUpdate:yyyy-MM-dd HH:mm} UTC{(list.NextUpdate is { } next ? $", which ended on {next:yyyy-MM-dd HH:mm}" : "")}; no certificate can be trusted without one of the last {Protocol.Identity.RevocationList.MaximumAge.TotalHours:0} hours, so get the current one from the CA");
        else if (certificate is not null && list.IsRevoked(certificate))
            map.Report("certificate", $"'certificate' is revoked by the list in '{ListKey}'; ask the CA for another");
    }
}
