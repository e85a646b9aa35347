using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Exchange.Hosting.Connections;
using Exchange.Hosting.Errors;
using Exchange.Protocol.Identity;
using Exchange.Protocol.Refusals;
using Exchange.V1;
using Grpc.Core;
using Grpc.Net.Client;

namespace Exchange.Adapter.Connection;

/// <summary>One HTTP/2 connection to one hub replica, with the clients that use it.</summary>
public sealed class HubChannel(string address, GrpcChannel channel)
{
    public string Address { get; } = address;

    public GrpcChannel Channel { get; } = channel;

    public ConnectionService.ConnectionServiceClient Connections { get; } = new(channel);

    public DirectoryService.DirectoryServiceClient Directory { get; } = new(channel);
}

/// <summary>The channels of this agency to its hubs: TLS 1.3, this agency's certificate, the hub's name checked under the pinned root.</summary>
public sealed class HubChannels : IDisposable
{
    const int MaximumFrame = 4 * 1024 * 1024;

    static readonly TimeSpan patience = TimeSpan.FromSeconds(5);

    readonly IReadOnlyList<Uri> addresses;
    readonly X509Certificate2 certificate;
    readonly CertificateVerifier certificates;
    readonly TimeProvider time;
    readonly TimeSpan silence;
    uint turn;

    public HubChannels(IReadOnlyList<Uri> addresses, int connectionsEach, X509Certificate2 certificate, CertificateVerifier certificates, TimeProvider time, ConnectionLimits? limits = null)
    {
        silence = (limits ?? new ConnectionLimits()).Silence;
        this.addresses = addresses;
        this.certificate = certificate;
        this.certificates = certificates;
        this.time = time;
        All = [.. addresses.SelectMany(address => Enumerable.Range(0, connectionsEach).Select(_ => new HubChannel(address.ToString(), Open(address, IsHub))))];
    }

    public IReadOnlyList<HubChannel> All { get; }

    /// <summary>For unary calls, each channel in its turn.</summary>
    public HubChannel Next() => All[(int)(Interlocked.Increment(ref turn) % (uint)All.Count)];

    /// <summary>
    /// Fetches the CA's current revocation list. Without a fresh one no certificate is trusted, the hub's included, so
    /// it comes over a channel of its own that judges the hub by everything but revocation and carries nothing else.
    /// </summary>
    /// <returns>Null when a fresh list is in force.</returns>
    public async Task<Refusal?> RefreshRevocationList(CancellationToken cancelled)
    {
        var last = Reasons.Refuse(Reason.HubUnavailable);
        foreach (var address in addresses)
        {
            using var channel = Open(address, IsHubByName);
            try
            {
                var response = await new DirectoryService.DirectoryServiceClient(channel)
                    .GetCrlAsync(new GetCrlRequest(), deadline: (time.GetUtcNow() + patience).UtcDateTime, cancellationToken: cancelled).ConfigureAwait(false);
                if (certificates.Replace(response.Crl.Span) is not { } refused)
                    return null;
                last = refused;
            }
            catch (RpcException e)
            {
                last = e.ToRefusal() ?? last;
            }
        }
        return certificates.HasFreshList ? null : last;
    }

    public void Dispose()
    {
        foreach (var channel in All)
            channel.Channel.Dispose();
    }

    GrpcChannel Open(Uri address, Func<X509Certificate2, bool> isTrusted) => GrpcChannel.ForAddress(address, new GrpcChannelOptions
    {
        HttpHandler = new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                EnabledSslProtocols = SslProtocols.Tls13,
                ClientCertificates = [certificate],
                LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate,
                RemoteCertificateValidationCallback = (_, remote, _, _) => remote is X509Certificate2 hub && isTrusted(hub),
            },
            // Dead no later than the stream it carries is given up: a stream opened again would go the same dead way.
            KeepAlivePingDelay = silence * 2 / 3,
            KeepAlivePingTimeout = silence / 3,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            PooledConnectionLifetime = Timeout.InfiniteTimeSpan,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            InitialHttp2StreamWindowSize = MaximumFrame,
        },
        DisposeHttpClient = true,
        MaxReceiveMessageSize = MaximumFrame,
        // A compressed message is checked only by its compressed length: none is accepted.
        CompressionProviders = [],
        MaxRetryAttempts = null,
        // The library waits up to 2 minutes between attempts; whoever dials here has pauses of its own.
        InitialReconnectBackoff = TimeSpan.FromMilliseconds(200),
        MaxReconnectBackoff = TimeSpan.FromSeconds(5),
    });

    bool IsHub(X509Certificate2 hub) =>
        certificates.TryVerify(hub, CertificateUse.Server, out var verified, out _) && verified.Name.Kind == NameKind.Hub;

    bool IsHubByName(X509Certificate2 hub) =>
        certificates.TryVerifyWithoutList(hub, CertificateUse.Server, out var name) && name.Kind == NameKind.Hub;
}
