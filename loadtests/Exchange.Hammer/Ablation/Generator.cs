using System.Globalization;
using System.Net;
using Exchange.Hammer.Contenders;
using Exchange.Hammer.Load;
using Exchange.Hammer.Results;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Exchange.Hammer.Ablation;

/// <summary>
/// The asking side of a rung, a process of its own that makes load when it is told to, over HTTP on 127.0.0.1. What listens for spans
/// listens in its whole process, so rungs that differ in tracing cannot share one.
/// </summary>
static class Generator
{
    /// <summary>Beyond the length of the load, which ends by itself.</summary>
    static readonly TimeSpan patience = TimeSpan.FromSeconds(60);

    /// <param name="contenders">By name.</param>
    public static WebApplication Build(IReadOnlyDictionary<string, IContender> contenders, int port)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port, listener => listener.Protocols = HttpProtocols.Http1));
        var app = builder.Build();
        app.Run(async context =>
        {
            string Given(string name) => context.Request.Query[name].ToString();
            int Number(string name) => int.Parse(Given(name), CultureInfo.InvariantCulture);
            var outcome = await Run(contenders[Given("who")], Number("slots"), TimeSpan.FromMilliseconds(Number("milliseconds")), context.RequestAborted).ConfigureAwait(false);
            await context.Response.WriteAsJsonAsync(outcome, ResultFiles.Json, context.RequestAborted).ConfigureAwait(false);
        });
        return app;
    }

    /// <summary>Has a generator make load.</summary>
    /// <exception cref="VoidRunException">An answer was wrong.</exception>
    /// <exception cref="CallFailedException">A call failed, or answers stayed away.</exception>
    /// <exception cref="HttpRequestException">The generator is gone.</exception>
    public static async Task<GeneratedLoad> Tell(HttpClient http, int port, string who, int slots, TimeSpan length, CancellationToken stop)
    {
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(stop);
        waiting.CancelAfter(length + patience);
        var outcome = (await http.GetFromJsonAsync<GeneratedLoad>(new Uri(FormattableString.Invariant($"http://127.0.0.1:{port}/?who={who}&slots={slots}&milliseconds={length.TotalMilliseconds:0}")), ResultFiles.Json, waiting.Token).ConfigureAwait(false))!;
        return outcome switch
        {
            { Wrong: { } wrong } => throw new VoidRunException(wrong),
            { Failed: { } failed } => throw new CallFailedException(failed),
            _ => outcome,
        };
    }

    static async Task<GeneratedLoad> Run(IContender contender, int slots, TimeSpan length, CancellationToken stop)
    {
        try
        {
            var result = await ClosedLoop.Run(contender, slots, length, stop).ConfigureAwait(false);
            return new GeneratedLoad(result.Answers, result.Took.TotalSeconds, result.Latencies.Microseconds(50), result.Latencies.Microseconds(99), null, null);
        }
        catch (VoidRunException e)
        {
            return new GeneratedLoad(0, 0, 0, 0, e.Message, null);
        }
        catch (CallFailedException e)
        {
            return new GeneratedLoad(0, 0, 0, 0, null, e.Message);
        }
    }
}

/// <summary>What one stretch came to; every answer was checked.</summary>
/// <param name="P50">Microseconds.</param>
/// <param name="P99">Microseconds.</param>
/// <param name="Wrong">What was wrong about an answer; null when all were right.</param>
/// <param name="Failed">Why there was no answer; null when all came.</param>
sealed record GeneratedLoad(long Answers, double Seconds, double P50, double P99, string? Wrong, string? Failed);
