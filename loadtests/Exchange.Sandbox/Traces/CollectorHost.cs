using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Exchange.Sandbox.Traces;

/// <summary>A collector on a free port of this machine, gRPC without TLS.</summary>
sealed class CollectorHost : IAsyncDisposable
{
    readonly WebApplication server;

    CollectorHost(WebApplication server, TraceCollector traces)
    {
        this.server = server;
        Traces = traces;
    }

    public TraceCollector Traces { get; }

    public Uri Address => new(server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    public static async Task<CollectorHost> Start(CancellationToken cancelled)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        var traces = new TraceCollector();
        builder.Services.AddSingleton(traces).AddRoutingCore().AddGrpc();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        var server = builder.Build();
        server.MapGrpcService<TraceCollector>();
        await server.StartAsync(cancelled).ConfigureAwait(false);
        return new CollectorHost(server, traces);
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();
}
