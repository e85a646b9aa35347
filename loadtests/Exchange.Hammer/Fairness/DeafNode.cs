using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Exchange.Adapter.Connection;
using Exchange.Hammer.Connections;
using Exchange.Hammer.Direct;
using Exchange.Protocol.Identity;
using Exchange.Protocol.Sessions;
using Exchange.Sandbox.Files;
using Grpc.Net.Client;

namespace Exchange.Hammer.Fairness;

/// <summary>A provider's node as its adapter connects it: it confirms sessions and answers nothing, and from some moment on it reads nothing either.</summary>
sealed class DeafNode : IAsyncDisposable
{
    readonly CertificateVerifier verifier;
    readonly X509Certificate2 certificate;
    readonly ProviderNode node;
    readonly ProviderSessions sessions;
    readonly GrpcChannel channel;
    ClosableStream? stream;
    HeldConnection? connection;
    long read;

    public DeafNode(AgencyFolder agency, ExchangeFolder folder)
    {
        var files = DirectFiles.Of(agency, folder);
        verifier = files.OpenVerifier();
        certificate = files.ReadCertificate();
        node = new ProviderNode(files.ReadCertificate(), verifier, folder.Gateway, connections: 1);
        sessions = new ProviderSessions(node.Keys, verifier, TimeProvider.System);
        channel = GrpcChannel.ForAddress(folder.Gateway, new GrpcChannelOptions
        {
            HttpHandler = new SocketsHttpHandler
            {
                ConnectCallback = Connect,
                SslOptions = new SslClientAuthenticationOptions
                {
                    EnabledSslProtocols = SslProtocols.Tls13,
                    ClientCertificates = [certificate],
                    LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate,
                    RemoteCertificateValidationCallback = (_, hub, _, _) => hub is X509Certificate2 one && verifier.TryVerify(one, CertificateUse.Server, out var verified, out _) && verified.Name.Kind == NameKind.Hub,
                },
            },
            DisposeHttpClient = true,
        });
    }

    /// <summary>Questions that have come in.</summary>
    public long Read => Interlocked.Read(ref read);

    /// <summary>Bytes that lie in its socket.</summary>
    public int Unread => stream!.Unread;

    public bool IsOpen => connection!.IsOpen;

    /// <exception cref="Load.CallFailedException">The hub refused it.</exception>
    public async Task Open(CancellationToken stop) =>
        connection = await HeldConnection.Open(new HubChannel(channel.Target, channel, []), node.Keys.Bundle, (_, _) => Interlocked.Increment(ref read), (item, incoming) => ProviderNode.Confirm(sessions, item, incoming), stop).ConfigureAwait(false);

    public void StopReading() => stream!.Shut();

    public async ValueTask DisposeAsync()
    {
        if (connection is not null)
            await connection.DisposeAsync().ConfigureAwait(false);
        channel.Dispose();
        sessions.Dispose();
        node.Dispose();
        certificate.Dispose();
        verifier.Dispose();
    }

    async ValueTask<Stream> Connect(SocketsHttpConnectionContext context, CancellationToken stop)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, stop).ConfigureAwait(false);
            return stream = new ClosableStream(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
