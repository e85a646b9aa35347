using System.Net;
using Exchange.Sandbox.Traces;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Exchange.Hammer.Parties;

/// <summary>Takes the recorded share of all spans, so that a run can say where a lookup's time goes.</summary>
sealed class SpanCollector : IAsyncDisposable
{
    readonly WebApplication app;

    SpanCollector(WebApplication app) => this.app = app;

    public Uri Address { get; private set; } = null!;

    /// <summary>Traces with those of their lookups, of which spans began at or after this, in full or in part.</summary>
    public IReadOnlyList<IReadOnlyList<CollectedSpan>> Since(DateTimeOffset from)
    {
        var nano = (ulong)from.ToUnixTimeMilliseconds() * 1_000_000;
        return [.. app.Services.GetRequiredService<TraceCollector>().Whole().Select(trace => trace.Where(span => span.StartNano >= nano).ToArray()).Where(trace => trace.Length > 0)];
    }

    public static async Task<SpanCollector> Start()
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.Services.AddGrpc();
        builder.Services.AddSingleton<TraceCollector>();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listener => listener.Protocols = HttpProtocols.Http2));
        var app = builder.Build();
        app.MapGrpcService<TraceCollector>();
        await app.StartAsync().ConfigureAwait(false);
        return new SpanCollector(app) { Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()) };
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
