using Exchange.Adapter.Caching;
using Exchange.Adapter.Connection;
using Exchange.Adapter.Enrolment.Deltas;
using Exchange.Adapter.Evidence;
using Exchange.Adapter.Files;
using Exchange.Adapter.Journal;
using Exchange.Adapter.Journal.Keeping;
using Exchange.Adapter.Sources;
using Exchange.Protocol.Refusals;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Exchange.Adapter.Health;

/// <summary>At least one hub is connected.</summary>
sealed class HubHealth(HubConnections connections) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        connections.Open > 0 ? HealthCheckResult.Healthy($"{connections.Open} connections")
        : HealthCheckResult.Unhealthy(connections is { LastTrouble: null, LastRefusal: { } refusal } ? $"{Reasons.Name(refusal.Reason)}: {refusal.Message} {refusal.Remedy}" : $"no connection to the hub{(connections.LastTrouble is { } trouble ? $": {trouble}" : "")}; it is tried again by itself"));
}

/// <summary>The journal takes entries; without it nothing is asked or answered. Those older than it keeps them are said here.</summary>
sealed class JournalHealth(AgencyJournal journal, AdapterOptions options, TimeProvider time) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        journal.Trouble is { } trouble ? HealthCheckResult.Unhealthy(trouble.Message)
        : Retention.Overdue(journal, options.JournalRetention, time) is { } overdue ? HealthCheckResult.Degraded(overdue)
        : HealthCheckResult.Healthy());
}

/// <summary>The hub's logs bear out its receipts. Lookups go on when they do not: the alarms are for people.</summary>
sealed class EvidenceHealth(ReceiptWatch watch, LogAlarms alarms) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (watch.Count == 0)
            return Task.FromResult(HealthCheckResult.Degraded("no log is pinned ('logs' in adapter.yaml), so receipts are kept and not held against it"));
        var lasting = alarms.Lasting.Select(one => $"{one.Word}: {one.Says} (alarm {one.Id}; see audit alarms)");
        var says = string.Join("; ", lasting.Concat(alarms.Passing.Select(one => $"{one.Word}: {one.Says}")));
        return Task.FromResult(says.Length == 0 ? HealthCheckResult.Healthy() : HealthCheckResult.Degraded(says));
    }
}

/// <summary>Redis, when there is one, is used; without it lookups go on with memory alone.</summary>
sealed class CacheCheck(IServiceProvider services) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        services.GetService<RedisLevel>() is { Health: { State: CacheState.Degraded, Why: var why } }
            ? HealthCheckResult.Degraded($"Redis is {why}; caches are in memory alone until it is back")
            : HealthCheckResult.Healthy());
}

/// <summary>What is in force of each file that is read again is the file on disk; a bad file leaves the one before in force and is said here.</summary>
sealed class FilesHealth(params IEnumerable<WatchedFile> files) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        files.Select(file => file.Trouble).FirstOrDefault(trouble => trouble is not null) is { } mistake
            ? HealthCheckResult.Degraded($"a changed file was refused and the earlier one stays in force; its first mistake: {mistake}")
            : HealthCheckResult.Healthy());
}

/// <summary>The files of records are the newest, and every row of them can be somebody's alone; whatever else is said here, with lines and counts.</summary>
sealed class SourcesHealth(AgencyData data) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        data.Troubles.ToArray() is { Length: > 0 } troubles ? HealthCheckResult.Degraded(string.Join("; ", troubles)) : HealthCheckResult.Healthy());
}

/// <summary>The changes of people that were put into the folder for them are done; else the file is named that could not be finished.</summary>
sealed class PeopleHealth(DeltaWatch deltas) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        deltas.Trouble is { } trouble ? HealthCheckResult.Degraded(trouble) : HealthCheckResult.Healthy());
}
