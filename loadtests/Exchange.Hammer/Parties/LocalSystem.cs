using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using Exchange.Adapter;
using Exchange.Adapter.LocalApi.Callers;
using Exchange.Hosting.Certificates;
using Exchange.Protocol.DataSets;
using Exchange.Sandbox.Files;
using Grpc.Core;
using Grpc.Net.Client;

namespace Exchange.Hammer.Parties;

/// <summary>A system of an agency's own: connections to its adapter's local API over TLS with the CA pinned, and a token.</summary>
sealed class LocalSystem : IDisposable
{
    readonly X509Certificate2 root;

    public LocalSystem(AgencyFolder agency, string rootFile, int connections)
    {
        root = X509CertificateLoader.LoadCertificateFromFile(rootFile);
        Channels = [.. Enumerable.Range(0, connections).Select(_ => Open(agency.LocalApi))];
        Headers = new Metadata { { "authorization", "Bearer " + Token(agency) } };
    }

    public IReadOnlyList<GrpcChannel> Channels { get; }

    public Metadata Headers { get; }

    public void Dispose()
    {
        foreach (var channel in Channels)
            channel.Dispose();
        root.Dispose();
    }

    GrpcChannel Open(Uri address) => GrpcChannel.ForAddress(address, new GrpcChannelOptions
    {
        HttpHandler = new SocketsHttpHandler
        {
            SslOptions = { CertificateChainPolicy = PinnedRoots.Policy(root) },
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
        },
        DisposeHttpClient = true,
        CompressionProviders = [],
    });

    static string Token(AgencyFolder agency)
    {
        using var token = new StringWriter(CultureInfo.InvariantCulture);
        using var said = new StringWriter(CultureInfo.InvariantCulture);
        var callers = AdapterOptions.Read(agency.Config, agency.Id).LocalApi.CallersFile;
        return TokenCommand.Run(callers, [.. DataSetCatalogue.All.Select(one => one.Id)], agency.Caller, agency.CallerKey, TokenCommand.DefaultHours, TimeProvider.System, token, said) == 0
            ? token.ToString().Trim()
            : throw new InvalidDataException(said.ToString());
    }
}
