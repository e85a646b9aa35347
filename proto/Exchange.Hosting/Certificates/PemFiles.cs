using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Exchange.Hosting.Secrets;

namespace Exchange.Hosting.Certificates;

/// <summary>Certificates and keys as PEM. A key file is its owner's alone.</summary>
public static class PemFiles
{
    public static void Write(X509Certificate2 certificate, string certificatePath, string keyPath)
    {
        using var key = certificate.GetECDsaPrivateKey() ?? throw new CryptographicException("The certificate comes without a private elliptic-curve key.");
        SecretFile.Write(keyPath, Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem() + "\n"), overwrite: true);
        Write(certificate, certificatePath);
    }

    public static void Write(X509Certificate2 certificate, string certificatePath) =>
        File.WriteAllText(certificatePath, certificate.ExportCertificatePem() + "\n");

    /// <summary>With its private key, in the form that TLS on every platform takes.</summary>
    /// <exception cref="SecretFileException">The key file is absent or open to others.</exception>
    public static X509Certificate2 Read(string certificatePath, string keyPath)
    {
        var key = SecretFile.Read(keyPath);
        try
        {
            using var certificate = X509Certificate2.CreateFromPem(File.ReadAllText(certificatePath), Encoding.ASCII.GetString(key));
            return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }
}
