using System.Buffers.Text;
using Exchange.Protocol.Lookups;
using Microsoft.Extensions.Caching.Hybrid;

namespace Exchange.Adapter.Caching;

/// <param name="Handle">64 bytes.</param>
/// <param name="From">Memory or Redis.</param>
/// <param name="IsYoung">A newer one need not be put in its place yet.</param>
public readonly record struct CachedHandle(ReadOnlyMemory<byte> Handle, CacheLevel From, bool IsYoung);

/// <summary>
/// The requester's handles, so that a repeated lookup needs no curve arithmetic. Kept under the names of
/// <see cref="HandleCacheKey"/>, sealed before they leave the process: whoever reads or writes Redis can make a lookup
/// COLD and nothing else.
/// </summary>
public sealed class HandleCache : IAsyncDisposable
{
    /// <summary>As long as a provider may honour a handle.</summary>
    public static readonly TimeSpan Lifetime = Handles.MaximumLifetime;

    /// <summary>
    /// Every answer brings a handle, and until then there is no need of it: the one that was used serves for most of a day
    /// yet. Keeping each would be a write to Redis for every WARM lookup.
    /// </summary>
    static readonly TimeSpan youth = TimeSpan.FromHours(1);

    const int DefaultEntries = 500_000;

    static readonly HybridCacheEntryOptions readOnly = new()
    {
        Expiration = Lifetime,
        LocalCacheExpiration = Lifetime,
        Flags = HybridCacheEntryFlags.DisableUnderlyingData,
    };

    static readonly HybridCacheEntryOptions write = new() { Expiration = Lifetime, LocalCacheExpiration = Lifetime };

    readonly Levels<HandleEntry> levels;
    readonly TimeProvider time;

    /// <param name="sealingKey">32 bytes, other than k_cache.</param>
    /// <param name="redis">Null: memory alone. Not disposed of here.</param>
    /// <param name="entries">Handles held in memory, about 600 bytes each. Default 500,000.</param>
    public HandleCache(ReadOnlySpan<byte> sealingKey, RedisLevel? redis = null, TimeProvider? time = null, int entries = DefaultEntries)
    {
        this.time = time ?? TimeProvider.System;
        var sealing = new SealedValues(sealingKey, "handle", this.time);
        levels = new Levels<HandleEntry>(sealing, (long)entries * (HandleEntry.ContentSize + SealedValues.Overhead), redis, this.time);
    }

    /// <param name="name">32 bytes, from <see cref="HandleCacheKey"/>.</param>
    public ValueTask<CachedHandle?> Find(ReadOnlySpan<byte> name, CancellationToken cancellation = default)
    {
        var key = Key(name);
        var pending = levels.Cache.GetOrCreateAsync(key, static _ => ValueTask.FromResult(HandleEntry.Broken), readOnly, cancellationToken: cancellation);
        if (!pending.IsCompletedSuccessfully)
            return Await(pending, key, name.ToArray());
        var entry = pending.Result;
        var now = time.GetUtcNow();
        if (entry is null || !entry.Serves(name, now))
            return Reject(entry, key);
        return ValueTask.FromResult<CachedHandle?>(Accept(entry, now));
    }

    /// <param name="handle">64 bytes.</param>
    /// <param name="lifetime">At most <see cref="Lifetime"/>, which is the default.</param>
    public ValueTask Put(ReadOnlySpan<byte> name, ReadOnlySpan<byte> handle, TimeSpan? lifetime = null, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(handle.Length, Handles.Size);
        var life = lifetime is { } shorter && shorter < Lifetime ? shorter : Lifetime;
        if (life <= TimeSpan.Zero)
            return ValueTask.CompletedTask;
        var options = life == Lifetime ? write : new HybridCacheEntryOptions { Expiration = life, LocalCacheExpiration = life };
        return levels.Cache.SetAsync(Key(name), HandleEntry.Of(name, handle, time.GetUtcNow() + life), options, cancellationToken: cancellation);
    }

    public ValueTask Drop(ReadOnlySpan<byte> name, CancellationToken cancellation = default) => levels.Cache.RemoveAsync(Key(name), cancellation);

    public ValueTask DisposeAsync() => levels.DisposeAsync();

    static string Key(ReadOnlySpan<byte> name)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(name.Length, HandleCacheKey.Size);
        return "h:" + Base64Url.EncodeToString(name);
    }

    static CachedHandle Accept(HandleEntry entry, DateTimeOffset now)
    {
        var from = entry.TakeOrigin();
        CacheTelemetry.Read("handle", CacheTelemetry.Name(from));
        return new CachedHandle(entry.Handle, from, entry.Expires - now > Lifetime - youth);
    }

    async ValueTask<CachedHandle?> Await(ValueTask<HandleEntry> pending, string key, byte[] name)
    {
        var entry = await pending;
        var now = time.GetUtcNow();
        return entry is not null && entry.Serves(name, now) ? Accept(entry, now) : await Reject(entry, key);
    }

    /// <summary>Forgets what does not serve, in Redis too, lest it be fetched again each time.</summary>
    async ValueTask<CachedHandle?> Reject(HandleEntry? entry, string key)
    {
        CacheTelemetry.Read("handle", "none");
        if (entry is null)
            return null;
        CacheTelemetry.Rejected("handle");
        await levels.Cache.RemoveAsync(key);
        return null;
    }
}
