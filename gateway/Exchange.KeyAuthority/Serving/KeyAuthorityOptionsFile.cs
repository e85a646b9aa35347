using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Exchange.Hosting.Certificates;
using Exchange.Hosting.Configuration;
using Exchange.Hosting.Secrets;
using Exchange.Protocol.Identity;
using Exchange.Protocol.Pseudonyms;

namespace Exchange.KeyAuthority.Serving;

/// <summary>Reads the options of <c>serve</c> from YAML; paths are relative to the file.</summary>
public static class KeyAuthorityOptionsFile
{
    /// <exception cref="ConfigurationException">Every mistake of the file.</exception>
    public static KeyAuthorityOptions Read(string path)
    {
        var problems = new Problems();
        var map = YamlFile.Read(path, problems);
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var listen = map.EndPoint("listen");
        var certificate = Certificate(map, map.File("certificate", folder), map.File("key", folder));
        var root = Root(map, map.File("root", folder));
        var revocationList = map.File("revocation_list", folder);
        var keyFile = map.File("key_file", folder);
        var batchFile = map.Path("batch_file", folder);
        var hub = map.Text("hub");
        if (hub.Length > 0 && !AgencyNames.IsId(hub))
            map.Report("hub", $"'hub' is '{hub}'; write the name in the hub's certificate, the part after urn:xhub:hub:");
        var people = map.Whole("people_per_hour", BlindedBatch.MaximumPeople, 1_000_000_000, KeyAuthorityOptions.DefaultPeoplePerHour);
        map.RefuseUnknownKeys();
        problems.ThrowIfAny();
        return new KeyAuthorityOptions
        {
            Listen = listen,
            Certificate = certificate!,
            Root = root!,
            RevocationListFile = revocationList,
            KeyFile = keyFile,
            BatchFile = batchFile,
            Hub = hub,
            PeoplePerHour = people,
        };
    }

    static X509Certificate2? Certificate(YamlMap map, string path, string key)
    {
        if (!File.Exists(path) || !File.Exists(key))
            return null;
        try
        {
            var certificate = PemFiles.Read(path, key);
            if (!AgencyNames.TryRead(certificate, out var name) || name.Kind != NameKind.Authority)
                map.Report("certificate", $"'certificate' does not name the key authority; its only SAN URI must be {CertificateName.Authority}");
            return certificate;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            map.Report("certificate", $"'certificate' and 'key' cannot be used together: {e.Message}");
        }
        catch (SecretFileException e)
        {
            map.Report("key", e.Message);
        }
        return null;
    }

    static X509Certificate2? Root(YamlMap map, string path)
    {
        if (!File.Exists(path))
            return null;
        try
        {
            return X509CertificateLoader.LoadCertificateFromFile(path);
        }
        catch (CryptographicException e)
        {
            map.Report("root", $"'root' is not a certificate: {e.Message}");
            return null;
        }
    }
}
