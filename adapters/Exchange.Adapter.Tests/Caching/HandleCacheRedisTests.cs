using System.Text;
using Exchange.Adapter.Caching;

namespace Exchange.Adapter.Tests.Caching;

public sealed class HandleCacheRedisTests
{
    static readonly byte[] key = SharedRedis.Random(32);

    readonly byte[] name = SharedRedis.Random(32);
    readonly byte[] handle = SharedRedis.Random(64);

    [Fact]
    public async Task Another_process_finds_it_in_redis_first_and_in_memory_afterwards()
    {
        await using var shared = await SharedRedis.Open();
        await using var one = await shared.Level();
        await using var two = await shared.Level();
        await using var writer = new HandleCache(key, one);
        await using var reader = new HandleCache(key, two);
        await writer.Put(name, handle);
        var first = await reader.Find(name);
        Assert.Equal(handle, first!.Value.Handle.ToArray());
        Assert.Equal([CacheLevel.Redis, CacheLevel.Memory], [first.Value.From, (await reader.Find(name))!.Value.From]);
        await writer.Drop(name);
        await using var third = new HandleCache(key, two);
        Assert.Null(await third.Find(name));
    }

    [Fact]
    public async Task What_redis_holds_says_nothing_without_the_key()
    {
        await using var shared = await SharedRedis.Open();
        await using var level = await shared.Level();
        await using var cache = new HandleCache(key, level);
        await cache.Put(name, handle);
        var value = shared.Value(Assert.Single(shared.Keys));
        Assert.True(value.AsSpan().IndexOf(handle.AsSpan(0, 8)) < 0);
        Assert.True(value.AsSpan().IndexOf(name.AsSpan(0, 8)) < 0);
        await using var other = new HandleCache(SharedRedis.Random(32), level);
        Assert.Null(await other.Find(name));
    }

    [Fact]
    public async Task A_value_moved_under_another_name_is_a_miss_and_never_another_persons_handle()
    {
        await using var shared = await SharedRedis.Open();
        await using var level = await shared.Level();
        await using var writer = new HandleCache(key, level);
        await writer.Put(name, handle);
        var mine = Assert.Single(shared.Keys);
        var other = SharedRedis.Random(32);
        await writer.Put(other, SharedRedis.Random(64));
        var theirs = shared.Keys.Single(one => one != mine);
        shared.Move(theirs, mine);
        await using var reader = new HandleCache(key, level);
        Assert.Null(await reader.Find(name));
        Assert.DoesNotContain(mine, shared.Keys);
        Assert.NotNull(await reader.Find(other));
    }

    [Fact]
    public async Task Every_bent_byte_and_every_length_of_a_value_is_a_miss_and_not_a_fault()
    {
        await using var shared = await SharedRedis.Open();
        await using var level = await shared.Level();
        await using var writer = new HandleCache(key, level);
        await writer.Put(name, handle);
        var stored = Assert.Single(shared.Keys);
        var good = shared.Value(stored);
        var served = 0;
        for (var i = 0; i < good.Length; i++)
        {
            var bent = good.ToArray();
            bent[i] ^= 0x10;
            await Try(bent);
        }
        // The outer framing is not sealed: bending its time of making or its lifetime changes nothing that is served.
        Assert.InRange(served, 0, good.Length - HandleEntry.ContentSize - SealedValues.Overhead);
        served = 0;
        for (var i = 0; i < good.Length; i++)
            await Try(good[..i]);
        await Try(SharedRedis.Random(100_000));
        await Try(Encoding.UTF8.GetBytes("{\"handle\":\"" + Convert.ToBase64String(handle) + "\"}"));
        Assert.Equal(0, served);
        Assert.Equal(CacheState.Shared, level.Health.State);

        async Task Try(byte[] value)
        {
            await writer.Put(name, handle);
            shared.Replace(stored, value);
            await using var reader = new HandleCache(key, level);
            if (await reader.Find(name) is not { } found)
                return;
            Assert.Equal(handle, found.Handle.ToArray());
            served++;
        }
    }

    [Fact]
    public async Task A_flushed_redis_is_a_miss()
    {
        await using var shared = await SharedRedis.Open();
        await using var level = await shared.Level();
        await using var writer = new HandleCache(key, level);
        await writer.Put(name, handle);
        shared.Flush();
        await using var reader = new HandleCache(key, level);
        Assert.Null(await reader.Find(name));
        Assert.NotNull(await writer.Find(name));
    }

    [Fact]
    public async Task A_slow_redis_is_given_up_on_left_alone_and_used_again_when_it_is_well()
    {
        await using var shared = await SharedRedis.Open();
        await using var proxy = new RedisProxy(Servers.Redis);
        await using var level = await shared.Level(proxy.Address);
        await using var cache = new HandleCache(key, level);
        await cache.Put(name, handle);
        Assert.Single(shared.Keys);
        proxy.Stall();
        var began = TimeProvider.System.GetTimestamp();
        for (var i = 0; i < 100; i++)
            Assert.Null(await cache.Find(SharedRedis.Random(32)));
        Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(2));
        Assert.Equal((CacheState.Degraded, "slow"), (level.Health.State, level.Health.Why));
        Assert.Equal(CacheLevel.Memory, (await cache.Find(name))!.Value.From);
        proxy.Flow();
        // Nobody asks for anything meanwhile.
        await SharedRedis.Until(() => ValueTask.FromResult(level.Health.State == CacheState.Shared));
        await using var reader = new HandleCache(key, level);
        Assert.Equal(CacheLevel.Redis, (await reader.Find(name))!.Value.From);
    }

    [Fact]
    public async Task A_redis_killed_in_mid_run_is_done_without_and_found_again_by_itself()
    {
        await using var shared = await SharedRedis.Open();
        await using var proxy = new RedisProxy(Servers.Redis);
        await using var level = await shared.Level(proxy.Address);
        await using var cache = new HandleCache(key, level);
        await cache.Put(name, handle);
        proxy.Cut();
        var began = TimeProvider.System.GetTimestamp();
        for (var i = 0; i < 100; i++)
            Assert.Null(await cache.Find(SharedRedis.Random(32)));
        var kept = SharedRedis.Random(32);
        await cache.Put(kept, handle);
        Assert.NotNull(await cache.Find(kept));
        Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(2));
        Assert.Equal(CacheState.Degraded, level.Health.State);
        proxy.Restore();
        // Nobody asks for anything meanwhile.
        await SharedRedis.Until(() => ValueTask.FromResult(level.Health.State == CacheState.Shared));
        await using var reader = new HandleCache(key, level);
        Assert.Equal(CacheLevel.Redis, (await reader.Find(name))!.Value.From);
    }
}
