using System.Buffers;
using System.Diagnostics;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.StackExchangeRedis;
using StackExchange.Redis;

namespace Exchange.Adapter.Caching;

/// <summary>
/// Redis as second level, never waited for longer than <see cref="Patience"/>: down, slow or wrong, it is a miss, and
/// what was to be written is not. The connection is made and mended in the background.
/// </summary>
public sealed class RedisLevel : IBufferDistributedCache, IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(50);

    /// <summary>Calls under way at one time, those given up on included.</summary>
    const int MostCalls = 512;

    readonly RedisCache redis;
    readonly Task<IConnectionMultiplexer> connecting;
    readonly RedisCircuit circuit;
    readonly TimeProvider time;
    readonly CancellationTokenSource over = new();
    int calls;
    int looking;

    /// <param name="configuration">host:port and options, as StackExchange.Redis reads them.</param>
    /// <param name="prefix">Before every key, such as <c>exchange:jp.tax:</c>; agencies that share a Redis take different ones.</param>
    /// <exception cref="ArgumentException">The configuration cannot be read.</exception>
    public RedisLevel(string configuration, string prefix, TimeProvider? time = null)
    {
        this.time = time ?? TimeProvider.System;
        circuit = new RedisCircuit(this.time);
        var options = ConfigurationOptions.Parse(configuration);
        options.AbortOnConnectFail = false;
        options.AsyncTimeout = options.SyncTimeout = 500;
        options.BacklogPolicy = BacklogPolicy.FailFast;
        options.ClientName = "exchange-adapter";
        options.ConnectRetry = 1;
        options.ConnectTimeout = 1000;
        options.IncludeDetailInExceptions = false;
        options.ReconnectRetryPolicy = new LinearRetry(500);
        connecting = Task.Run(async () => (IConnectionMultiplexer)await ConnectionMultiplexer.ConnectAsync(options));
        redis = new RedisCache(new RedisCacheOptions { InstanceName = prefix, ConnectionMultiplexerFactory = () => connecting });
    }

    public CacheHealth Health => circuit.Health;

    /// <summary>Completes once a connection was tried, whether or not it was made.</summary>
    public Task Ready => connecting;

    public async ValueTask<bool> TryGetAsync(string key, IBufferWriter<byte> destination, CancellationToken token = default)
    {
        // Never the caller's buffer: a call given up on would write into it after it went to somebody else.
        if (await GetAsync(key, token) is not { } value)
            return false;
        destination.Write(value);
        return true;
    }

    public async Task<byte[]?> GetAsync(string key, CancellationToken token = default) =>
        IsOurs(key) ? await Bounded(CacheTelemetry.StartRedisGet(), () => redis.GetAsync(key, CancellationToken.None), token) : null;

    public ValueTask SetAsync(string key, ReadOnlySequence<byte> value, DistributedCacheEntryOptions options, CancellationToken token = default) =>
        new(SetAsync(key, value.ToArray(), options, token));

    public async Task SetAsync(string key, byte[] value, DistributedCacheEntryOptions options, CancellationToken token = default)
    {
        if (IsOurs(key))
            await Bounded(null, async () => { await redis.SetAsync(key, value, options, CancellationToken.None); return true; }, token);
    }

    public async Task RemoveAsync(string key, CancellationToken token = default)
    {
        if (IsOurs(key))
            await Bounded(null, async () => { await redis.RemoveAsync(key, CancellationToken.None); return true; }, token);
    }

    public async ValueTask DisposeAsync()
    {
        // Never disposed of itself: it has no timer, and a call given up on may still look at it.
        await over.CancelAsync();
        redis.Dispose();
        await (await connecting).DisposeAsync();
    }

    // The caches read and write asynchronously only.
    byte[]? IDistributedCache.Get(string key) => throw new NotSupportedException();

    void IDistributedCache.Refresh(string key) => throw new NotSupportedException();

    Task IDistributedCache.RefreshAsync(string key, CancellationToken token) => throw new NotSupportedException();

    void IDistributedCache.Remove(string key) => throw new NotSupportedException();

    void IDistributedCache.Set(string key, byte[] value, DistributedCacheEntryOptions options) => throw new NotSupportedException();

    bool IBufferDistributedCache.TryGet(string key, IBufferWriter<byte> destination) => throw new NotSupportedException();

    void IBufferDistributedCache.Set(string key, ReadOnlySequence<byte> value, DistributedCacheEntryOptions options) => throw new NotSupportedException();

    /// <summary>HybridCache keeps times of invalidation by tag beside the values. None are used here, and nobody else's are believed.</summary>
    static bool IsOurs(string key) => !key.StartsWith("__MSFT_", StringComparison.Ordinal);

    async Task<T?> Bounded<T>(Activity? started, Func<Task<T>> call, CancellationToken cancellation)
    {
        using var span = started;
        if (!circuit.TryEnter())
        {
            CacheTelemetry.RedisFailed("open");
            return default;
        }
        var failure = "error";
        if (!connecting.IsCompletedSuccessfully || !connecting.Result.IsConnected)
            failure = "away";
        else if (Volatile.Read(ref calls) >= MostCalls)
            failure = "busy";
        else
            try
            {
                var value = await Counted(call).WaitAsync(Patience, time, cancellation);
                circuit.Succeeded();
                return value;
            }
            catch (TimeoutException e)
            {
                failure = e is RedisTimeoutException ? "error" : "slow";
            }
            catch (Exception e) when (e is RedisException or ObjectDisposedException or InvalidOperationException)
            {
                failure = e is RedisConnectionException ? "away" : "error";
            }
        span?.SetStatus(ActivityStatusCode.Error, failure);
        CacheTelemetry.RedisFailed(failure);
        circuit.Failed(failure);
        if (circuit.Health.State == CacheState.Degraded && Interlocked.Exchange(ref looking, 1) == 0)
            _ = LookWhetherItIsBack();
        return default;
    }

    /// <summary>Memory may have all that is wanted for hours: without this nobody would call Redis, and it would count as away.</summary>
    async Task LookWhetherItIsBack()
    {
        do
        {
            while (circuit.Health.State == CacheState.Degraded && !over.IsCancellationRequested)
            {
                await Task.Delay(circuit.UntilNextTry + Patience, time, over.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (!over.IsCancellationRequested && circuit.UntilNextTry == TimeSpan.Zero)
                    await Bounded(null, () => connecting.Result.GetDatabase().PingAsync(), CancellationToken.None);
            }
            Volatile.Write(ref looking, 0);
        }
        // It may have failed again in this moment, when somebody seemed to be looking.
        while (circuit.Health.State == CacheState.Degraded && !over.IsCancellationRequested && Interlocked.Exchange(ref looking, 1) == 0);
    }

    async Task<T> Counted<T>(Func<Task<T>> call)
    {
        Interlocked.Increment(ref calls);
        try
        {
            return await call();
        }
        finally
        {
            Interlocked.Decrement(ref calls);
        }
    }
}
