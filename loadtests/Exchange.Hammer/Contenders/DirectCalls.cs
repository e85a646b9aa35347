using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Exchange.Hammer.Direct;
using Exchange.Hosting.Certificates;
using Exchange.Protocol.Identity;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace Exchange.Hammer.Contenders;

/// <summary>T0: the requester calls the provider itself, a unary call a lookup. Nobody decides, limits, seals or writes down anything.</summary>
sealed class DirectCalls : IContender, IDisposable
{
    readonly X509Certificate2 certificate;
    readonly CertificateVerifier verifier;
    readonly GrpcChannel[] channels;
    readonly DirectService.DirectServiceClient[] clients;
    readonly ByteString[] expected = DirectRecords.Make();
    readonly ByteString question = UnsafeByteOperations.UnsafeWrap(new byte[DirectRecords.QuestionSize]);

    /// <param name="files">Of the requester.</param>
    public DirectCalls(DirectFiles files, int port, int connections)
    {
        certificate = PemFiles.Read(files.Certificate, files.Key);
        verifier = files.OpenVerifier();
        channels = [.. Enumerable.Range(0, connections).Select(_ => Open(port))];
        clients = [.. channels.Select(channel => new DirectService.DirectServiceClient(channel))];
    }

    public string Name => "T0 direct";

    public int MaximumSlots => DirectRecords.Count;

    public async Task<string?> Ask(int slot, int slots, long turn)
    {
        var number = (int)((slot + turn * slots) % DirectRecords.Count);
        try
        {
            var answer = await clients[(slot + turn) % clients.Length].AskAsync(new DirectQuestion { Number = (ulong)number, Content = question }).ResponseAsync.ConfigureAwait(false);
            return answer.Number == (ulong)number && answer.Record == expected[number] ? null : "another record came back";
        }
        catch (RpcException e)
        {
            return $"the call failed: {e.StatusCode}";
        }
    }

    public void Dispose()
    {
        foreach (var channel in channels)
            channel.Dispose();
        verifier.Dispose();
        certificate.Dispose();
    }

    GrpcChannel Open(int port) => GrpcChannel.ForAddress($"https://localhost:{port}", new GrpcChannelOptions
    {
        HttpHandler = new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                EnabledSslProtocols = SslProtocols.Tls13,
                ClientCertificates = [certificate],
                LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate,
                RemoteCertificateValidationCallback = (_, remote, _, _) => remote is X509Certificate2 provider
                    && verifier.TryVerify(provider, CertificateUse.Server, out var verified, out _) && verified.Name.Kind == NameKind.Agency,
            },
            PooledConnectionLifetime = Timeout.InfiniteTimeSpan,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            EnableMultipleHttp2Connections = false,
        },
        DisposeHttpClient = true,
        CompressionProviders = [],
    });
}
