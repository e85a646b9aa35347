using Exchange.Protocol.Identity;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Exchange.KeyAuthority.Serving;

/// <summary>Without a current revocation list no certificate is trusted, so nobody is served.</summary>
public sealed class RevocationListCheck(CertificateVerifier verifier, TimeProvider time) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(verifier.RevocationList is { } list && !list.IsStale(time.GetUtcNow())
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy("the revocation list is absent or more than 24 hours old"));
}
