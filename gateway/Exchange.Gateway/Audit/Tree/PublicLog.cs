using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Exchange.Gateway.Audit.Tree;

/// <summary>
/// Checkpoints and hash tiles for everybody, in plain HTTP on a server of its own: whoever comes here cannot reach what
/// agencies reach, and what is served proves itself. Put a web server with TLS and a cache in front of it.
/// </summary>
sealed class PublicLog(IPEndPoint listen, LogPages pages, ILoggerFactory loggers) : IHostedService, IAsyncDisposable
{
    const int MostConnections = 256;

    readonly WebApplication server = Build(listen, pages, loggers);

    /// <summary>Known once started.</summary>
    public Uri Address => new(server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    public Task StartAsync(CancellationToken cancellationToken) => server.StartAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => server.StopAsync(cancellationToken);

    public ValueTask DisposeAsync() => server.DisposeAsync();

    static WebApplication Build(IPEndPoint listen, LogPages pages, ILoggerFactory loggers)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton(loggers);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = MostConnections;
            kestrel.Limits.MaxRequestBodySize = 0;
            kestrel.Listen(listen, listener => listener.Protocols = HttpProtocols.Http1);
        });
        var server = builder.Build();
        pages.Map(server, _ => false);
        return server;
    }
}
