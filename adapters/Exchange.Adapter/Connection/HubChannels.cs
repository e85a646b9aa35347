using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Exchange.Hosting.Connections;
using Exchange.Hosting.Errors;
using Exchange.Protocol.Identity;
using Exchange.Protocol.Refusals;
using Exchange.V1;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace Exchange.Adapter.Connection;

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
    readonly IWebProxy? proxy;
    readonly HubChannel[] all;
    uint turn;

    /// <exception cref="Exchange.Hosting.Secrets.SecretFileException">The proxy's password is absent or open to others.</exception>
    public HubChannels(IReadOnlyList<Uri> addresses, int connectionsEach, X509Certificate2 certificate, CertificateVerifier certificates, TimeProvider time, ConnectionLimits? limits = null, HubProxy? proxy = null)
    {
        this.proxy = proxy?.Open();
        silence = (limits ?? new ConnectionLimits()).Silence;
        this.addresses = addresses;
        this.certificate = certificate;
        this.certificates = certificates;
        this.time = time;
        all = [.. addresses.SelectMany(address => Enumerable.Range(0, connectionsEach).Select(_ => Open(address)))];
    }

    /// <summary>Why no hub gave a revocation list last time, in words; null when one did, or when that is not known.</summary>
    public string? LastTrouble { get; private set; }

    /// <summary>As many for as long as the adapter runs; one that was given up has another in its place.</summary>
    public IReadOnlyList<HubChannel> All => all;

    /// <summary>For unary calls, each channel in its turn.</summary>
    public HubChannel Next() => all[(int)(Interlocked.Increment(ref turn) % (uint)all.Length)];

    /// <summary>Of the hub that stands behind the one of this address; without one, the next in its turn.</summary>
    public HubChannel Next(string address)
    {
        var hubs = all.DistinctBy(one => one.Address).ToList();
        var place = hubs.FindIndex(one => one.Address == address);
        return place < 0 ? Next() : hubs[(place + 1) % hubs.Count];
    }

    /// <summary>
    /// Asks for the CA's current revocation list; over another channel each time. Without a fresh one no
    /// certificate is trusted, the hub's included, so it then comes over a channel of its own that judges the hub by
    /// everything but revocation and carries nothing else.
    /// </summary>
    /// <returns>Null when a fresh list is in force.</returns>
    public async Task<Refusal?> RefreshRevocationList(CancellationToken cancelled)
    {
        if (certificates.HasFreshList && await FetchRevocationList(Next().Directory, cancelled).ConfigureAwait(false) is null)
            return null;
        var last = Reasons.Refuse(Reason.HubUnavailable);
        for (var place = 0; place < addresses.Count; place++)
        {
            using var channel = Open(addresses[place], IsHubByName);
            if (await FetchRevocationList(new DirectoryService.DirectoryServiceClient(channel), cancelled).ConfigureAwait(false) is not { } why)
            {
                // It is there: whoever makes one call after this makes it there.
                Interlocked.Exchange(ref turn, (uint)(place * all.Length / addresses.Count) - 1);
                return null;
            }
            last = why;
        }
        return certificates.HasFreshList ? null : last;
    }

    /// <summary>
    /// Puts a new channel in the place of each whose hub has shown a certificate that is no longer good. What travels on
    /// the old one is cut, and its HTTP/2 connection carries nothing more.
    /// </summary>
    /// <returns>The addresses.</returns>
    public IReadOnlyList<string> GiveUpUntrusted()
    {
        var untrusted = new List<string>();
        for (var i = 0; i < all.Length; i++)
        {
            var channel = all[i];
            if (channel.IsStillGood(certificates))
                continue;
            all[i] = Open(new Uri(channel.Address));
            channel.GiveUp();
            untrusted.Add(channel.Address);
        }
        return untrusted;
    }

    public void Dispose()
    {
        foreach (var channel in all)
            channel.Dispose();
    }

    /// <summary>
    /// For pages that a hub shows beside the calls, apart from them so that none waits for a page. A connection is made anew every minute:
    /// one to a hub whose certificate was revoked ends with it.
    /// </summary>
    /// <param name="byNameAlone">Whether a revocation list is in force or not: for a look at whether the hub is there, which trusts nothing of what it reads.</param>
    public SocketsHttpHandler Handler(bool byNameAlone = false) => new()
    {
        SslOptions = Tls(hub => byNameAlone ? IsHubByName(hub) : IsHub(hub, [])),
        UseProxy = proxy is not null,
        Proxy = proxy,
        ConnectTimeout = patience,
        PooledConnectionLifetime = TimeSpan.FromMinutes(1),
        AllowAutoRedirect = false,
    };

    /// <returns>Null when the list in force is the one this hub has, or newer lists were put in force.</returns>
    async Task<Refusal?> FetchRevocationList(DirectoryService.DirectoryServiceClient hub, CancellationToken cancelled)
    {
        var held = certificates.HasFreshList ? certificates.RevocationList : null;
        var request = new GetCrlRequest { Held = held is null ? ByteString.Empty : ByteString.CopyFrom(held.Hash.Span) };
        try
        {
            var response = await hub.GetCrlAsync(request, deadline: (time.GetUtcNow() + patience).UtcDateTime, cancellationToken: cancelled).ConfigureAwait(false);
            LastTrouble = null;
            return response.Crl.IsEmpty && held is not null ? null : certificates.Replace(response.Crl.Span);
        }
        catch (RpcException e)
        {
            LastTrouble = Unreached.Explain(e);
            return e.ToRefusal() ?? Reasons.Refuse(Reason.HubUnavailable);
        }
    }

    HubChannel Open(Uri address)
    {
        var shown = new ConcurrentDictionary<string, VerifiedCertificate>();
        return new HubChannel(address.ToString(), Open(address, hub => IsHub(hub, shown)), shown);
    }

    GrpcChannel Open(Uri address, Func<X509Certificate2, bool> isTrusted) => GrpcChannel.ForAddress(address, new GrpcChannelOptions
    {
        HttpHandler = new SocketsHttpHandler
        {
            SslOptions = Tls(isTrusted),
            // What the environment names (HTTPS_PROXY) is for others: the way to the hub is the one that is configured.
            UseProxy = proxy is not null,
            Proxy = proxy,
            // The library dials by itself what it thinks is the hub, unless dialling is somebody else's: with a proxy it would mistake that for it.
            ConnectCallback = proxy is null ? null : Dial,
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

    static async ValueTask<Stream> Dial(SocketsHttpConnectionContext context, CancellationToken cancelled)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, cancelled).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    SslClientAuthenticationOptions Tls(Func<X509Certificate2, bool> isTrusted) => new()
    {
        EnabledSslProtocols = SslProtocols.Tls13,
        ClientCertificates = [certificate],
        LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate,
        RemoteCertificateValidationCallback = (_, remote, _, _) => remote is X509Certificate2 hub && isTrusted(hub),
    };

    bool IsHub(X509Certificate2 hub, ConcurrentDictionary<string, VerifiedCertificate> shown)
    {
        if (!certificates.TryVerify(hub, CertificateUse.Server, out var verified, out _) || verified.Name.Kind != NameKind.Hub)
            return false;
        shown[verified.Thumbprint] = verified;
        return true;
    }

    bool IsHubByName(X509Certificate2 hub) =>
        certificates.TryVerifyWithoutList(hub, CertificateUse.Server, out var name) && name.Kind == NameKind.Hub;
}
