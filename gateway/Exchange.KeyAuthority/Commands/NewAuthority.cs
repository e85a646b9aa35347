using Exchange.Hosting.Certificates;
using Exchange.Hosting.Commands;
using Exchange.Hosting.Secrets;
using Exchange.KeyAuthority.Keys;
using Exchange.Protocol.Identity;

namespace Exchange.KeyAuthority.Commands;

/// <summary>What a key authority begins with: its master key, the request for its certificate, configuration.</summary>
static class NewAuthority
{
    public const string Request = "authority.csr", KeyFile = "authority-keys.json", Config = "authority.yaml";

    const string Key = "authority.key";

    /// <param name="hub">The name of the one hub that it serves.</param>
    /// <param name="hubPoint">32 bytes, a point.</param>
    /// <param name="host">Where the hub reaches it.</param>
    /// <exception cref="SecretFileException">A key that is there cannot be used.</exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public static void Write(NewFolder folder, string hub, byte[] hubPoint, string host)
    {
        folder.MakeSecret(Key, Request, "the key of its certificate; secret", path => CertificateOrder.OpenKey(path).Dispose());
        folder.Make(Request, "the request for its certificate", path => CertificateOrder.Write(CertificateName.Authority, [host], folder[Key], path));
        folder.MakeSecret(KeyFile, Config, "the master key and who was admitted; secret", path => new KeyFile(path).Create(hubPoint));
        folder.Make(Config, "its configuration", path => File.WriteAllText(path, Configuration(hub)));
    }

    static string Configuration(string hub) => $"""
        # The key authority. Every key stands in docs/configuration.md.
        listen: 0.0.0.0:7444
        certificate: authority.pem               # what the CA made of {Request}; its key also signs the commitments
        key: {Key}
        root: ca.pem                             # the CA's own certificate
        revocation_list: ca.crl                  # DER, at most 24 hours old
        key_file: {KeyFile}
        batch_file: state/batches.db
        hub: {hub}                               # the only hub served
        people_per_hour: 2000000                 # most people one agency may enrol in an hour

        """;
}
