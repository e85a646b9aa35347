using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Exchange.Adapter.Caching;

/// <summary>Counts and spans of the caches; nothing in them depends on whom a value is about.</summary>
static class CacheTelemetry
{
    static readonly ActivitySource spans = new("Exchange.Adapter");
    static readonly Meter meter = new("Exchange.Adapter");

    static readonly Counter<long> reads = meter.CreateCounter<long>(
        "exchange.cache.reads", description: "Reads by cache (handle, record) and where the value came from (memory, redis, source, none).");

    static readonly Counter<long> failures = meter.CreateCounter<long>(
        "exchange.cache.redis.failures", description: "Calls that went on without Redis: away, slow, busy, error, or open while it is left alone.");

    static readonly Counter<long> rejected = meter.CreateCounter<long>(
        "exchange.cache.rejected", description: "Values that do not open, or were stored under another name.");

    /// <summary>Reads alone have spans: a handle is written of whoever was found, and removed when a sealed answer says that it has expired.</summary>
    public static Activity? StartRedisGet()
    {
        var span = spans.StartActivity("redis get", ActivityKind.Client);
        span?.SetTag("db.system", "redis");
        span?.SetTag("db.operation.name", "get");
        return span;
    }

    public static void Read(string cache, string from) => reads.Add(1, new("cache", cache), new("from", from));

    public static void RedisFailed(string why) => failures.Add(1, new KeyValuePair<string, object?>("why", why));

    public static void Rejected(string cache) => rejected.Add(1, new KeyValuePair<string, object?>("cache", cache));

    public static string Name(CacheLevel level) => level switch
    {
        CacheLevel.Memory => "memory",
        CacheLevel.Redis => "redis",
        _ => "source",
    };
}
