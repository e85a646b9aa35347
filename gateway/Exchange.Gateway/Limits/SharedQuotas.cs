using Exchange.Gateway.Telemetry;
using StackExchange.Redis;

namespace Exchange.Gateway.Limits;

/// <summary>
/// Makes the replicas of a hub count together. Each admits from memory; every <see cref="Interval"/> this reports to
/// Redis what it admitted and learns what all of them owe. A lookup never waits for Redis. Within one interval each
/// replica may still admit a full burst of its own; the excess is owed and paid back before anything more is admitted.
/// </summary>
/// <remarks>While Redis is away or slow each replica counts alone, says so, and joins again by itself.</remarks>
public sealed class SharedQuotas(Quotas quotas, IConnectionMultiplexer redis, TimeProvider time, ILogger<SharedQuotas> log) : BackgroundService
{
    /// <summary>Quotas reported in one call.</summary>
    const int BatchSize = 256;

    public static TimeSpan Interval { get; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Redis that takes longer counts as away.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// For each key: adds ARGV (microseconds of quota used) to its arrival time, and returns by how many microseconds
    /// that now lies ahead of the server's clock. A key lives until all is paid for.
    /// </summary>
    const string Script = """
        local t = redis.call('TIME')
        local now = t[1] * 1000000 + t[2]
        local owed = {}
        for i, key in ipairs(KEYS) do
          local arrival = tonumber(redis.call('GET', key)) or now
          if arrival < now then arrival = now end
          arrival = arrival + tonumber(ARGV[i])
          owed[i] = arrival - now
          redis.call('SET', key, string.format('%.0f', arrival), 'PX', math.ceil(owed[i] / 1000) + 1000)
        end
        return owed
        """;

    volatile bool isShared;
    bool hasSpoken;

    /// <summary>Whether the last report reached Redis; while false each replica counts alone.</summary>
    public bool IsShared => isShared;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            do
                await SynchroniseAsync(stoppingToken);
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    /// <summary>Reports once; false when Redis could not be reached in time.</summary>
    public async Task<bool> SynchroniseAsync(CancellationToken cancellationToken)
    {
        var used = quotas.Buckets.Where(bucket => bucket.HasUnreported).ToList();
        try
        {
            if (used.Count == 0)
                await redis.GetDatabase().PingAsync().WaitAsync(Patience, time, cancellationToken);
            foreach (var batch in used.Chunk(BatchSize))
                await ReportAsync(batch, cancellationToken);
            Became(shared: true, "");
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // Also when something answers in Redis's place, and not as Redis does.
            Became(shared: false, e.GetType().Name);
        }
        return isShared;
    }

    async Task ReportAsync(Bucket[] batch, CancellationToken cancellationToken)
    {
        var limits = Array.ConvertAll(batch, bucket => bucket.Limit);
        var keys = new RedisKey[batch.Length];
        var microseconds = new RedisValue[batch.Length];
        for (var i = 0; i < batch.Length; i++)
        {
            keys[i] = KeyOf(batch[i].Key, limits[i]);
            microseconds[i] = limits[i].Interval * batch[i].TakeUnreported() / TimeSpan.TicksPerMicrosecond;
        }
        // A report whose fate is unknown is not repeated: counted twice, it would hold up an agency that did nothing.
        var owed = (RedisResult[]?)await redis.GetDatabase().ScriptEvaluateAsync(Script, keys, microseconds).WaitAsync(Patience, time, cancellationToken);
        var now = quotas.Now;
        for (var i = 0; i < batch.Length; i++)
            batch[i].Owe((long)owed![i] * TimeSpan.TicksPerMicrosecond, now);
    }

    /// <summary>The limit is part of the key, since a time owed means nothing under another. One hash tag: a cluster keeps all in one place.</summary>
    static RedisKey KeyOf(QuotaKey key, Limit limit) =>
        $"{{xhub:quota}}:{limit.Interval}:{limit.Burst}:{key.Agency}:{key.DataSet}";

    void Became(bool shared, string failure)
    {
        if (hasSpoken && isShared == shared)
            return;
        (isShared, hasSpoken) = (shared, true);
        if (shared)
            Log.QuotasShared(log);
        else
            Log.QuotasLocal(log, failure);
    }
}
