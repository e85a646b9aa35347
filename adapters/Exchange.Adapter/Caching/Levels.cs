using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.DependencyInjection;

namespace Exchange.Adapter.Caching;

/// <summary>A HybridCache of its own for entries of one kind: bounded memory first, Redis second when there is one.</summary>
sealed class Levels<T> : IAsyncDisposable where T : class, ISealable<T>
{
    /// <summary>Of a sealed entry: a record of the largest declared size and its description.</summary>
    const int LargestEntry = 128 * 1024;

    readonly ServiceProvider services;
    readonly SealedValues sealing;

    /// <param name="memoryBytes">Of sealed entries held in memory; the oldest and least used give way.</param>
    public Levels(SealedValues sealing, long memoryBytes, RedisLevel? redis, TimeProvider time)
    {
        this.sealing = sealing;
        var collection = new ServiceCollection();
        collection.AddSingleton(time);
        collection.AddSingleton<IMemoryCache>(_ => new MemoryCache(new MemoryCacheOptions { SizeLimit = memoryBytes, CompactionPercentage = 0.1 }));
        if (redis is not null)
            collection.AddSingleton<IDistributedCache>(redis);
        collection.AddHybridCache(options => options.MaximumPayloadBytes = LargestEntry).AddSerializer(new SealingSerializer<T>(sealing));
        services = collection.BuildServiceProvider();
        Cache = services.GetRequiredService<HybridCache>();
    }

    public HybridCache Cache { get; }

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        sealing.Dispose();
    }
}
