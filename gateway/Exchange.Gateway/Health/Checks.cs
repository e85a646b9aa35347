using Exchange.Gateway.Audit;
using Exchange.Gateway.Audit.Tree;
using Exchange.Gateway.Mail;
using Exchange.Gateway.Policy;
using Exchange.Gateway.Pseudonyms;
using Exchange.Protocol.Identity;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Exchange.Gateway.Health;

/// <summary>The log takes entries; without it nothing is released.</summary>
sealed class AuditHealth(AuditLog audit) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        audit.Trouble is { } trouble ? HealthCheckResult.Unhealthy(trouble.Message) : HealthCheckResult.Healthy($"{audit.Size} entries"));
}

/// <summary>Checkpoints follow the log. Without them lookups go on, and receipts cannot be proven.</summary>
sealed class CheckpointHealth(CheckpointWriter checkpoints, LogTree tree) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        checkpoints.Trouble is { } trouble ? HealthCheckResult.Degraded(trouble) : HealthCheckResult.Healthy($"{tree.Published?.Checkpoint.Size ?? 0} entries"));
}

/// <summary>The files on disk are the policy in force; a bad file leaves the one before in force and is said here.</summary>
sealed class PolicyHealth(PolicyReloader policy) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        policy.LastProblems.Count > 0
            ? HealthCheckResult.Degraded($"the files have {policy.LastProblems.Count} mistakes, the first: {policy.LastProblems[0]}")
            : HealthCheckResult.Healthy(policy.Current.Version));
}

/// <summary>The revocation list is fresh; a stale one lets nobody in.</summary>
sealed class RevocationHealth(CertificateVerifier certificates, TimeProvider time) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        certificates.RevocationList is not { } list || list.IsStale(time.GetUtcNow())
            ? HealthCheckResult.Unhealthy("the revocation list is absent or older than 24 hours; fetch the current one from the CA")
            : HealthCheckResult.Healthy());
}

/// <summary>There are keys to translate with, and the key authority's newest are among them; without any only WARM lookups succeed.</summary>
sealed class TranslationHealth(Translator translator, AuthorityKeys keys) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        keys.Trouble is { } trouble
            ? HealthCheckResult.Degraded($"nothing new from the key authority, what was fetched before stays in force: {trouble}")
        : translator.Count == 0
            ? HealthCheckResult.Degraded("no translation keys so far; they come from the key authority")
            : HealthCheckResult.Healthy($"{translator.Count} agencies and epochs"));
}

/// <summary>Letters and notices are kept; without it they are refused, and lookups go on.</summary>
sealed class MailHealth(MailFile mail) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        mail.Ended is { } ended ? HealthCheckResult.Degraded($"no letters and notices are taken until the hub is started again: {ended.Message}") : HealthCheckResult.Healthy());
}
