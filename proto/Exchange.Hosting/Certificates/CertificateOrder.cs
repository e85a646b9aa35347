using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Exchange.Hosting.Secrets;
using Exchange.Hosting.Storage;
using Exchange.Protocol.Identity;

namespace Exchange.Hosting.Certificates;

/// <summary>A key of one's own on P-256, and the request (PKCS #10, RFC 2986) with which its certificate is ordered from the CA.</summary>
public static class CertificateOrder
{
    const string ServerAuth = "1.3.6.1.5.5.7.3.1", ClientAuth = "1.3.6.1.5.5.7.3.2";

    /// <summary>Draws a key unless there is one, and writes a request for it.</summary>
    /// <param name="hosts">Names or addresses by which it is called; none for whoever only calls others.</param>
    /// <param name="keyFile">Mode 0600; its folder is made if need be.</param>
    /// <exception cref="SecretFileException">The key that is there cannot be used.</exception>
    public static void Write(CertificateName name, IReadOnlyCollection<string> hosts, string keyFile, string requestFile)
    {
        using var key = OpenKey(keyFile);
        var request = new CertificateRequest($"CN={(name.Id.Length > 0 ? name.Id : "authority")}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new Uri(AgencyNames.ToUri(name)));
        foreach (var host in hosts)
            if (IPAddress.TryParse(host, out var address))
                names.AddIpAddress(address);
            else
                names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        OidCollection uses = [new Oid(ClientAuth)];
        if (hosts.Count > 0)
            uses.Add(new Oid(ServerAuth));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(uses, false));
        File.WriteAllText(requestFile, request.CreateSigningRequestPem() + "\n");
    }

    /// <summary>The key in a file, or a new one that is written there.</summary>
    /// <exception cref="SecretFileException">The key that is there cannot be used.</exception>
    public static ECDsa OpenKey(string path)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        if (!File.Exists(path))
        {
            Folder.CreateForOwner(Path.GetDirectoryName(Path.GetFullPath(path))!);
            SecretFile.Write(path, Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem() + "\n"));
            return key;
        }
        var pem = SecretFile.Read(path);
        try
        {
            key.ImportFromPem(Encoding.ASCII.GetString(pem));
            return key;
        }
        catch (ArgumentException)
        {
            throw new SecretFileException($"{path} holds no private key in PEM; move it away, and a new one is drawn");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pem);
        }
    }
}
