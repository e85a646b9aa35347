using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Metrics;

namespace Exchange.Hosting.Telemetry;

/// <summary>
/// /healthz (this process runs), /readyz (200 or 503 and the checks that failed) and /metrics, on a server of their own: the port that faces
/// others cannot be talked into serving them, and their callers need no certificate.
/// </summary>
public sealed class ManagementEndpoint(
    ManagementOptions options, HealthCheckService checks, IHostApplicationLifetime lifetime, ILoggerFactory loggers, MeterProvider? meters = null)
    : IHostedService, IAsyncDisposable
{
    const int MostConnections = 64;

    readonly WebApplication server = Build(options, checks, lifetime, loggers, meters);

    /// <summary>Such as <c>http://127.0.0.1:9464</c>; known once started.</summary>
    public Uri Address => new(server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    public Task StartAsync(CancellationToken cancellationToken) => server.StartAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => server.StopAsync(cancellationToken);

    public ValueTask DisposeAsync() => server.DisposeAsync();

    static WebApplication Build(ManagementOptions options, HealthCheckService checks, IHostApplicationLifetime lifetime, ILoggerFactory loggers, MeterProvider? meters)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton(loggers);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = MostConnections;
            kestrel.Limits.MaxRequestBodySize = 0;
            kestrel.Listen(options.Place, listen => listen.Protocols = HttpProtocols.Http1);
        });
        var server = builder.Build();
        server.MapGet("/healthz", context => context.Response.WriteAsync("ok\n"));
        server.MapGet("/readyz", context => Readiness.Write(context, checks, lifetime, options.CheckTimeout));
        if (options.Metrics && meters is not null)
            server.MapExchangeMetrics(meters);
        return server;
    }
}

public static class ManagementEndpointServices
{
    /// <summary>Starts and stops with the host. Every registered health check counts for /readyz.</summary>
    public static IServiceCollection AddManagementEndpoint(this IServiceCollection services, ManagementOptions options)
    {
        services.AddHealthChecks();
        services.AddSingleton(provider => new ManagementEndpoint(
            options, provider.GetRequiredService<HealthCheckService>(), provider.GetRequiredService<IHostApplicationLifetime>(), provider.GetRequiredService<ILoggerFactory>(), provider.GetService<MeterProvider>()));
        return services.AddHostedService(provider => provider.GetRequiredService<ManagementEndpoint>());
    }
}
