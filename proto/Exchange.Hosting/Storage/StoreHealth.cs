using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Exchange.Hosting.Storage;

/// <summary>Ready while the store has not failed.</summary>
/// <param name="failure">The store's Failure property.</param>
public sealed class StoreHealth(Func<StoreException?> failure) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(failure() is { } error ? HealthCheckResult.Unhealthy(error.Message) : HealthCheckResult.Healthy());
}
