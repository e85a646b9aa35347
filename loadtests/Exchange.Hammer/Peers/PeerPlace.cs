using System.Security.Cryptography;
using Exchange.Hammer.Direct;
using Exchange.Hosting.Secrets;

namespace Exchange.Hammer.Peers;

/// <summary>Where a peer stands: between the requester and the direct provider, under the hub's certificate.</summary>
/// <param name="Folder">For its files, absolute.</param>
/// <param name="Port">On which it listens, on 127.0.0.1.</param>
/// <param name="ProviderPort">Of the direct provider.</param>
sealed record PeerPlace(string Folder, DirectFiles Files, int Port, int ProviderPort, int Connections)
{
    /// <summary>The revocation list as PEM, which others want.</summary>
    public string WriteRevocationList() => Write("ca.crl.pem", PemEncoding.WriteString("X509 CRL", File.ReadAllBytes(Files.RevocationList)) + "\n");

    /// <summary>Certificate and key in one file, for its owner alone.</summary>
    public string WriteIdentity()
    {
        var path = Path.Combine(Folder, "identity.pem");
        var key = SecretFile.Read(Files.Key);
        SecretFile.Write(path, [.. File.ReadAllBytes(Files.Certificate), .. key], overwrite: true);
        CryptographicOperations.ZeroMemory(key);
        return path;
    }

    public string Write(string name, string content)
    {
        var path = Path.Combine(Folder, name);
        File.WriteAllText(path, content);
        return path;
    }
}
