using System.Security.Cryptography.X509Certificates;
using Exchange.Protocol.Identity;
using Grpc.Net.Client;

namespace Exchange.Hammer.Direct;

/// <summary>Connections to one that answers direct calls, used in turn.</summary>
sealed class DirectChannels : IDisposable
{
    readonly X509Certificate2 certificate;
    readonly CertificateVerifier verifier;
    readonly GrpcChannel[] channels;
    readonly DirectService.DirectServiceClient[] clients;

    /// <param name="files">Of the one that calls.</param>
    /// <param name="called">What the other side's certificate must speak for.</param>
    public DirectChannels(DirectFiles files, NameKind called, int port, int connections)
    {
        certificate = files.ReadCertificate();
        verifier = files.OpenVerifier();
        channels = [.. Enumerable.Range(0, connections).Select(_ => Open(called, port))];
        clients = [.. channels.Select(channel => new DirectService.DirectServiceClient(channel))];
    }

    public DirectService.DirectServiceClient this[long turn] => clients[turn % clients.Length];

    public void Dispose()
    {
        foreach (var channel in channels)
            channel.Dispose();
        verifier.Dispose();
        certificate.Dispose();
    }

    GrpcChannel Open(NameKind called, int port) => GrpcChannel.ForAddress($"https://localhost:{port}", new GrpcChannelOptions
    {
        HttpHandler = new SocketsHttpHandler
        {
            SslOptions = MutualTls.Call(certificate, verifier, called),
            PooledConnectionLifetime = Timeout.InfiniteTimeSpan,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            EnableMultipleHttp2Connections = false,
        },
        DisposeHttpClient = true,
        CompressionProviders = [],
    });
}
