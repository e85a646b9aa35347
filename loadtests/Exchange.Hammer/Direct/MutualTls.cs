using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Exchange.Protocol.Identity;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Exchange.Hammer.Direct;

/// <summary>TLS 1.3 with certificates on both sides, alike for all that call and are called without an exchange.</summary>
static class MutualTls
{
    /// <summary>On 127.0.0.1, HTTP/2 alone, for agencies and for what stands between them.</summary>
    public static void Listen(WebApplicationBuilder builder, DirectFiles files, int port)
    {
        var certificate = files.ReadCertificate();
        var verifier = files.OpenVerifier();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // Never what holds it back: every caller of a run fits on one connection.
            kestrel.Limits.Http2.MaxStreamsPerConnection = 4096;
            kestrel.Limits.Http2.InitialConnectionWindowSize = 4 * 1024 * 1024;
            kestrel.Listen(IPAddress.Loopback, port, listener =>
            {
                listener.Protocols = HttpProtocols.Http2;
                listener.UseHttps(https =>
                {
                    https.ServerCertificate = certificate;
                    https.SslProtocols = SslProtocols.Tls13;
                    https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
                    https.ClientCertificateValidation = (client, _, _) =>
                        verifier.TryVerify(client, CertificateUse.Client, out var verified, out _) && verified.Name.Kind is NameKind.Agency or NameKind.Hub;
                });
            });
        });
    }

    /// <param name="called">What the other side's certificate must speak for.</param>
    public static SslClientAuthenticationOptions Call(X509Certificate2 certificate, CertificateVerifier verifier, NameKind called) => new()
    {
        EnabledSslProtocols = SslProtocols.Tls13,
        ClientCertificates = [certificate],
        LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate,
        RemoteCertificateValidationCallback = (_, remote, _, _) => remote is X509Certificate2 server
            && verifier.TryVerify(server, CertificateUse.Server, out var verified, out _) && verified.Name.Kind == called,
    };
}
