using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Exchange.Hosting.Certificates;

/// <summary>Certificates and keys as PEM. A key file is readable by its owner alone from the moment it exists.</summary>
public static class PemFiles
{
    public static void Write(X509Certificate2 certificate, string certificatePath, string keyPath)
    {
        using var key = certificate.GetECDsaPrivateKey() ?? throw new CryptographicException("The certificate comes without a private elliptic-curve key.");
        WriteSecret(keyPath, key.ExportPkcs8PrivateKeyPem());
        Write(certificate, certificatePath);
    }

    public static void Write(X509Certificate2 certificate, string certificatePath) =>
        File.WriteAllText(certificatePath, certificate.ExportCertificatePem() + "\n");

    /// <summary>With its private key, in the form that TLS on every platform takes.</summary>
    public static X509Certificate2 Read(string certificatePath, string keyPath)
    {
        using var certificate = X509Certificate2.CreateFromPemFile(certificatePath, keyPath);
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable);
    }

    static void WriteSecret(string path, string content)
    {
        File.Delete(path);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var writer = new StreamWriter(path, options);
        writer.Write(content);
        writer.Write('\n');
    }
}
