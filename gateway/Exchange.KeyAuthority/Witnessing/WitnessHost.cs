using System.Buffers;
using Exchange.Hosting.Secrets;
using Exchange.Hosting.Services;
using Exchange.Hosting.Telemetry;
using Exchange.Protocol.Transparency;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Exchange.KeyAuthority.Witnessing;

/// <summary>
/// The serving witness (C2SP tlog-witness), plain HTTP: a checkpoint and a cosignature prove themselves. Once started, its
/// <c>Urls</c> name the port taken.
/// </summary>
public static class WitnessHost
{
    /// <summary>Bytes of a request's body. The longest proof has 2,835, a checkpoint with its signatures some hundred.</summary>
    public const int LargestBody = 16 * 1024;

    const int MostConnections = 64, LargestHeaders = 8 * 1024, LargestRequestLine = 1024;

    /// <exception cref="SecretFileException">The key is absent, malformed or open to others.</exception>
    /// <exception cref="Exchange.Hosting.Storage.StoreException">The state is absent, another witness's, in use, or damaged.</exception>
    public static WebApplication Build(WitnessOptions options, TimeProvider time)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.AddExchangeTelemetry(options.Telemetry, WitnessMetrics.Name, WitnessMetrics.Name);
        builder.Services.AddServiceManager().AddRoutingCore();
        builder.Services.AddSingleton(time);
        builder.Services.AddSingleton(_ => NoteKeyFile.Read(options.Key, options.Name, NoteKeyUse.Cosignature));
        builder.Services.AddSingleton(provider => WitnessState.Open(options.State, provider.GetRequiredService<NoteSigner>().Key, time));
        builder.Services.AddSingleton(options.Logs).AddSingleton<WitnessMetrics>().AddSingleton<Cosigner>();
        builder.Services.AddHealthChecks().AddCheck<WitnessHealth>("witness");
        if (options.Management is { } management)
            builder.Services.AddManagementEndpoint(management);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = MostConnections;
            kestrel.Limits.MaxRequestBodySize = LargestBody;
            kestrel.Limits.MaxRequestHeadersTotalSize = LargestHeaders;
            kestrel.Limits.MaxRequestLineSize = LargestRequestLine;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
            kestrel.Listen(options.Listen, listen => listen.Protocols = HttpProtocols.Http1);
        });

        var app = builder.Build();
        // What cannot be read is found at the start, not with the first checkpoint.
        var cosigner = app.Services.GetRequiredService<Cosigner>();
        app.MapPost("/add-checkpoint", context => Serve(context, cosigner));
        return app;
    }

    static async Task Serve(HttpContext context, Cosigner cosigner)
    {
        var body = new ArrayBufferWriter<byte>();
        try
        {
            while (await context.Request.Body.ReadAsync(body.GetMemory(1024), context.RequestAborted).ConfigureAwait(false) is > 0 and var read)
                body.Advance(read);
        }
        catch (Microsoft.AspNetCore.Http.BadHttpRequestException e)
        {
            // Too long, too slow, or cut short.
            context.Response.StatusCode = e.StatusCode;
            return;
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            return;
        }
        var answer = cosigner.Add(body.WrittenSpan);
        context.Response.StatusCode = answer.Status;
        context.Response.ContentType = answer.ContentType;
        context.Response.Headers.CacheControl = "no-store";
        await context.Response.WriteAsync(answer.Text, CancellationToken.None).ConfigureAwait(false);
    }
}
