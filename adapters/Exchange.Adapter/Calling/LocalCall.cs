using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Exchange.Adapter.LocalApi.Callers;
using Exchange.Hosting.Certificates;
using Exchange.Hosting.Configuration;
using Exchange.Hosting.Secrets;
using Exchange.Hosting.Telemetry;
using Exchange.Protocol.DataSets;
using Grpc.Core;
using Grpc.Net.Client;

namespace Exchange.Adapter.Calling;

/// <summary>Where the local API is, whom to trust there, and as whom to call.</summary>
/// <param name="Authority">PEM of the CA that vouches for the local API.</param>
/// <param name="Token">File with a token, mode 0600; null when a certificate is shown.</param>
/// <param name="Certificate">PEM; null when a token is sent.</param>
/// <param name="Key">PEM, mode 0600.</param>
public sealed record LocalCall(Uri Api, string Authority, string? Token, string? Certificate, string? Key)
{
    static readonly TimeSpan issuedFor = TimeSpan.FromHours(8);

    /// <summary><see cref="Authority"/> is the very certificate of the local API, and no other is trusted.</summary>
    bool IsPinned { get; init; }

    /// <summary>A token that stands in no file.</summary>
    string? Issued { get; init; }

    /// <summary>On the machine of the adapter itself, with what its files say and the key of one of its callers.</summary>
    /// <param name="caller">Null: the only one that has a token.</param>
    /// <exception cref="ConfigurationException">The list of callers has mistakes.</exception>
    /// <exception cref="CryptographicException">The key is no caller's.</exception>
    /// <exception cref="SecretFileException">It is absent or open to others.</exception>
    public static LocalCall OfAdapter(AdapterOptions options, string? caller, string callerKey, TimeProvider time)
    {
        var list = CallersFile.Read(options.LocalApi.CallersFile, [.. DataSetCatalogue.All.Select(one => one.Id)], out _);
        Caller[] fit = [.. list.Callers.Where(one => caller is null ? one.Token is not null : one.Name == caller)];
        if (fit is not [var found])
            throw new CryptographicException(
                $"{options.LocalApi.CallersFile} has {(fit.Length == 0 ? "no such caller" : "several callers")}; give --caller, one of {string.Join(", ", list.Callers.Select(one => one.Name).Order(StringComparer.Ordinal))}.");
        return new LocalCall(new UriBuilder(Uri.UriSchemeHttps, "localhost", options.LocalApi.Listen.Port).Uri, options.LocalApi.CertificateFile, null, null, null)
        {
            IsPinned = true,
            Issued = LocalTokens.Issue(found, callerKey, issuedFor, time.GetUtcNow()),
        };
    }

    /// <exception cref="SecretFileException">A token or key is absent or open to others.</exception>
    /// <exception cref="CryptographicException">A certificate cannot be read.</exception>
    public GrpcChannel Open()
    {
        var trusted = new X509Certificate2Collection();
        trusted.ImportFromPemFile(Authority);
        var handler = new SocketsHttpHandler
        {
            // One that the environment names is for the way out, and not for the way to the agency's own adapter.
            UseProxy = false,
            // A connection that is lost without a word is noticed though nothing is expected on it.
            KeepAlivePingDelay = TimeSpan.FromSeconds(30),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(20),
            SslOptions = new SslClientAuthenticationOptions
            {
                EnabledSslProtocols = SslProtocols.Tls13,
                ClientCertificates = Certificate is not null && Key is not null ? [PemFiles.Read(Certificate, Key)] : null,
            },
        };
        if (IsPinned)
            handler.SslOptions.RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null && shown.GetRawCertData().AsSpan().SequenceEqual(trusted[0].RawData);
        else
            handler.SslOptions.CertificateChainPolicy = PinnedRoots.Policy(trusted);
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
        if ((Issued ?? (Token is null ? null : Encoding.ASCII.GetString(SecretFile.Read(Token)).Trim())) is { } token)
            headers.Add("authorization", $"Bearer {token}");
        if (TraceContext.TryParse(Environment.GetEnvironmentVariable("TRACEPARENT"), out var caller))
            headers.Add("traceparent", TraceContext.Write(caller));
        return headers;
    }

    /// <summary>Says nothing of a token.</summary>
    public override string ToString() => $"{nameof(LocalCall)} {Api}";
}
