using System.Security.Cryptography.X509Certificates;
using Exchange.Hosting.Certificates;
using Exchange.Protocol.Identity;
using Exchange.Sandbox.Files;

namespace Exchange.Hammer.Direct;

/// <summary>What one side of a direct call needs of an exchange's files: whom it is, and whom it trusts.</summary>
sealed record DirectFiles(string Certificate, string Key, string Root, string RevocationList)
{
    public static DirectFiles Of(AgencyFolder agency, ExchangeFolder exchange) => In(agency.Folder, "agency", exchange);

    /// <summary>What stands in the middle has the hub's certificate, whoever it is.</summary>
    public static DirectFiles OfHub(ExchangeFolder exchange) => In(Path.GetDirectoryName(exchange.GatewayConfig)!, "hub", exchange);

    public X509Certificate2 ReadCertificate() => PemFiles.Read(Certificate, Key);

    public CertificateVerifier OpenVerifier()
    {
        var verifier = new CertificateVerifier(X509CertificateLoader.LoadCertificateFromFile(Root), TimeProvider.System);
        if (verifier.Replace(File.ReadAllBytes(RevocationList)) is { } refused)
            throw new InvalidDataException($"{RevocationList}: {refused.Message}");
        return verifier;
    }

    static DirectFiles In(string folder, string name, ExchangeFolder exchange) =>
        new(Path.Combine(folder, name + ".pem"), Path.Combine(folder, name + ".key"), exchange.Root, exchange.RevocationList);
}
