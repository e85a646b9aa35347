using Exchange.Hosting.Storage;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Exchange.KeyAuthority.Witnessing;

/// <summary>The witness can keep what it cosigns, and no log has forked before its eyes.</summary>
sealed class WitnessHealth(Cosigner cosigner) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(Check());

    HealthCheckResult Check()
    {
        try
        {
            return cosigner.Forks() is [var (origin, size), ..]
                ? HealthCheckResult.Degraded($"the log {origin} has signed two different checkpoints over {size} entries; both are kept as the proof of it")
                : HealthCheckResult.Healthy();
        }
        catch (StoreException e)
        {
            return HealthCheckResult.Unhealthy(e.Message);
        }
    }
}
