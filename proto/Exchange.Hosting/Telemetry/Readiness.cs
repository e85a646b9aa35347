using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Exchange.Hosting.Telemetry;

/// <summary>The answer of /readyz. It names checks and their descriptions; what an exception says stays in the log.</summary>
static class Readiness
{
    /// <param name="lifetime">Nobody is ready before all of the process has started, its other ports among it, nor while it stops.</param>
    public static async Task Write(HttpContext context, HealthCheckService checks, IHostApplicationLifetime lifetime, TimeSpan timeout)
    {
        using var time = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        time.CancelAfter(timeout);
        Answer answer;
        try
        {
            answer = Not(lifetime) ?? Of(await checks.CheckHealthAsync(time.Token).WaitAsync(time.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            answer = new Answer("unhealthy", [new FailedCheck("all", "unhealthy", $"no answer within {timeout.TotalSeconds:0.###} s")]);
        }
        context.Response.StatusCode = answer.Status == "unhealthy" ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK;
        context.Response.Headers.CacheControl = "no-store";
        await context.Response.WriteAsJsonAsync(answer, context.RequestAborted).ConfigureAwait(false);
    }

    static Answer? Not(IHostApplicationLifetime lifetime) =>
        lifetime.ApplicationStopping.IsCancellationRequested ? new Answer("unhealthy", [new FailedCheck("running", "unhealthy", "it is stopping")])
        : !lifetime.ApplicationStarted.IsCancellationRequested ? new Answer("unhealthy", [new FailedCheck("running", "unhealthy", "it is still starting")])
        : null;

    static Answer Of(HealthReport report) => new(Name(report.Status), [.. report.Entries
        .Where(entry => entry.Value.Status != HealthStatus.Healthy)
        .Select(entry => new FailedCheck(entry.Key, Name(entry.Value.Status), entry.Value.Exception is null ? entry.Value.Description : "the check broke; see the log"))]);

    static string Name(HealthStatus status) => status switch
    {
        HealthStatus.Healthy => "healthy",
        HealthStatus.Degraded => "degraded",
        _ => "unhealthy",
    };

    sealed record Answer(string Status, IReadOnlyList<FailedCheck> Failed);

    sealed record FailedCheck(string Check, string Status, string? Why);
}
