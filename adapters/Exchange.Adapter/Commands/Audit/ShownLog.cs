using System.CommandLine;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Exchange.Adapter.Evidence;
using Exchange.Hosting.Certificates;
using Exchange.Protocol.Identity;

namespace Exchange.Adapter.Commands.Audit;

/// <summary>Where a log is read afresh: at the hub, at a public address, or in a copy.</summary>
static class ShownLog
{
    public static Option<string?> Option() => new("--log")
    {
        Description = "Prove afresh with what the log shows: the hub's own address such as https://hub.example:7443/log/, which shows entries to this agency; a public one; or a folder that 'audit export --tiles' of the hub wrote.",
        HelpName = "WHERE",
    };

    public static LogPlace At(string where, AdapterOptions options)
    {
        if (!Uri.TryCreate(where, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            return new LogFolder(where);
        var verifier = new CertificateVerifier(X509CertificateLoader.LoadCertificateFromFile(options.Root), TimeProvider.System);
        var certificate = PemFiles.Read(options.Certificate, options.Key);
        return new LogSite(address, new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            // Whether the hub's certificate was revoked is not asked: what it shows proves itself, and what it is told is which tiles somebody reads.
            SslOptions = new SslClientAuthenticationOptions
            {
                EnabledSslProtocols = SslProtocols.Tls13,
                ClientCertificates = [certificate],
                LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate,
                RemoteCertificateValidationCallback = (_, shown, _, _) => shown is X509Certificate2 hub
                    && verifier.TryVerifyWithoutList(hub, CertificateUse.Server, out var name) && name.Kind == NameKind.Hub,
            },
        }, TimeProvider.System);
    }
}
