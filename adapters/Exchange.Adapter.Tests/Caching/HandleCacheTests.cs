using Exchange.Adapter.Caching;
using Microsoft.Extensions.Time.Testing;

namespace Exchange.Adapter.Tests.Caching;

public sealed class HandleCacheTests
{
    static readonly byte[] key = SharedRedis.Random(32);

    readonly FakeTimeProvider clock = new(DateTimeOffset.Parse("2026-01-01T23:59:00Z", null));
    readonly byte[] name = SharedRedis.Random(32);
    readonly byte[] handle = SharedRedis.Random(64);

    [Fact]
    public async Task A_handle_is_found_in_memory_until_it_is_dropped()
    {
        await using var cache = new HandleCache(key, time: clock);
        Assert.Null(await cache.Find(name));
        await cache.Put(name, handle);
        var found = await cache.Find(name);
        Assert.Equal(handle, found!.Value.Handle.ToArray());
        Assert.Equal(CacheLevel.Memory, found.Value.From);
        Assert.Null(await cache.Find(SharedRedis.Random(32)));
        await cache.Drop(name);
        Assert.Null(await cache.Find(name));
    }

    [Theory]
    [InlineData(24)]
    [InlineData(100)]
    [InlineData(1)]
    public async Task A_handle_is_not_used_past_its_time_nor_ever_past_a_day(int hours)
    {
        await using var cache = new HandleCache(key, time: clock);
        await cache.Put(name, handle, TimeSpan.FromHours(hours));
        var life = TimeSpan.FromHours(Math.Min(hours, 24));
        clock.Advance(life - TimeSpan.FromMilliseconds(1));
        Assert.NotNull(await cache.Find(name));
        clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Null(await cache.Find(name));
    }

    [Fact]
    public async Task A_handle_is_young_for_an_hour()
    {
        await using var cache = new HandleCache(key, time: clock);
        await cache.Put(name, handle);
        clock.Advance(TimeSpan.FromHours(1) - TimeSpan.FromMilliseconds(1));
        Assert.True((await cache.Find(name))!.Value.IsYoung);
        clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.False((await cache.Find(name))!.Value.IsYoung);
    }

    [Fact]
    public async Task Memory_stays_bounded()
    {
        await using var cache = new HandleCache(key, time: clock, entries: 100);
        var names = Enumerable.Range(0, 1000).Select(_ => SharedRedis.Random(32)).ToArray();
        foreach (var one in names)
            await cache.Put(one, handle);
        var held = 0;
        foreach (var one in names)
            held += await cache.Find(one) is null ? 0 : 1;
        Assert.InRange(held, 1, 100);
    }

    [Fact]
    public async Task A_name_or_handle_of_another_size_is_a_mistake_of_the_program()
    {
        await using var cache = new HandleCache(key);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await cache.Find(new byte[31]));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await cache.Put(name, new byte[63]));
    }

    [Fact]
    public async Task A_redis_that_never_answers_or_is_not_there_costs_no_more_than_its_share_of_time()
    {
        await using var silent = new RedisProxy(null);
        foreach (var address in new[] { silent.Address, "127.0.0.1:1" })
        {
            await using var redis = new RedisLevel(address, "test:");
            await using var cache = new HandleCache(key, redis);
            var began = TimeProvider.System.GetTimestamp();
            await cache.Put(name, handle);
            for (var i = 0; i < 200; i++)
                Assert.Null(await cache.Find(SharedRedis.Random(32)));
            Assert.Equal(CacheLevel.Memory, (await cache.Find(name))!.Value.From);
            Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(3));
            Assert.Equal(CacheState.Degraded, redis.Health.State);
            Assert.Equal("away", redis.Health.Why);
        }
    }
}
