using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Exchange.Hosting.Certificates;
using Exchange.Hosting.Secrets;
using Exchange.Hosting.Telemetry;
using Grpc.Core;
using Grpc.Net.Client;

namespace Exchange.Adapter.Commands.Lists;

/// <summary>Where the local API is, whom to trust there, and as whom to call.</summary>
/// <param name="Authority">PEM of the CA that vouches for the local API.</param>
/// <param name="Token">File with a token, mode 0600; null when a certificate is shown.</param>
/// <param name="Certificate">PEM; null when a token is sent.</param>
/// <param name="Key">PEM, mode 0600.</param>
sealed record ListCall(Uri Api, string Authority, string? Token, string? Certificate, string? Key)
{
    /// <exception cref="SecretFileException">A token or key is absent or open to others.</exception>
    /// <exception cref="CryptographicException">A certificate cannot be read.</exception>
    public GrpcChannel Open()
    {
        var trusted = new X509Certificate2Collection();
        trusted.ImportFromPemFile(Authority);
        var handler = new SocketsHttpHandler
        {
            // A connection that is lost without a word is noticed though nothing is expected on it.
            KeepAlivePingDelay = TimeSpan.FromSeconds(30),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(20),
            SslOptions = new SslClientAuthenticationOptions
            {
                CertificateChainPolicy = PinnedRoots.Policy(trusted),
                EnabledSslProtocols = SslProtocols.Tls13,
                ClientCertificates = Certificate is not null && Key is not null ? [PemFiles.Read(Certificate, Key)] : null,
            },
        };
        return GrpcChannel.ForAddress(Api, new GrpcChannelOptions { HttpHandler = handler, DisposeHttpClient = true });
    }

    /// <summary>
    /// Who calls, and the trace in which the list stands, when whoever runs the command names one in TRACEPARENT (OpenTelemetry,
    /// "Environment Variables as Context Propagation Carriers").
    /// </summary>
    /// <exception cref="SecretFileException">The token is absent or open to others.</exception>
    public Metadata Headers()
    {
        var headers = new Metadata();
        if (Token is not null)
            headers.Add("authorization", $"Bearer {Encoding.ASCII.GetString(SecretFile.Read(Token)).Trim()}");
        if (TraceContext.TryParse(Environment.GetEnvironmentVariable("TRACEPARENT"), out var caller))
            headers.Add("traceparent", TraceContext.Write(caller));
        return headers;
    }
}
