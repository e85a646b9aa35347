using System.Globalization;
using Exchange.Adapter.Caching;
using Exchange.Journeys.Tests.Running;
using Exchange.V1;

namespace Exchange.Journeys.Tests.Faults;

/// <summary>The second level of the caches, over a line of the tests' own.</summary>
public sealed class RedisTests(Enrolled enrolled)
{
    [Fact]
    public async Task After_the_asker_restarts_its_handles_come_from_Redis()
    {
        await using var redis = Line();
        await using var scene = await WithRedis(redis);
        var who = scene.Resident(Scene.Chiyoda, 0);
        await scene.Answered(who);

        await scene.RestartAgency(Scene.Chiyoda);
        await scene.Of<RedisLevel>(Scene.Chiyoda).Ready;

        var outcome = await scene.Answered(who);
        Assert.Equal((LookupKind.Warm, "redis"), (outcome.Kind, outcome.HandleFrom));
        Assert.Equal((LookupKind.Warm, "memory"), ((await scene.Answered(who)) is var again ? again.Kind : default, again!.HandleFrom));
        scene.NothingIsAmiss();
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task Without_Redis_lookups_go_on_in_bounded_time_health_says_degraded_and_all_is_well_when_it_is_back(bool killed)
    {
        await using var redis = Line();
        await using var scene = await WithRedis(redis);
        var level = scene.Of<RedisLevel>(Scene.Chiyoda);
        for (var i = 0; i < 4; i++)
            await scene.Answered(scene.Resident(Scene.Chiyoda, i));
        Assert.Equal(CacheState.Shared, level.Health.State);

        if (killed)
            redis.Down();
        else
            redis.HoldToAdapter();
        for (var turn = 0; turn < 2; turn++)
            for (var i = 0; i < 10; i++)
                Assert.InRange((await scene.Answered(scene.Resident(Scene.Chiyoda, i))).Took, TimeSpan.Zero, TimeSpan.FromSeconds(3));
        Assert.Equal(CacheState.Degraded, level.Health.State);
        Assert.Equal(LookupKind.Warm, (await scene.Answered(scene.Resident(Scene.Chiyoda, 0))).Kind);

        redis.Up();
        redis.Flow();
        var next = 10;
        await Scene.Until(() =>
        {
            _ = scene.Answered(scene.Resident(Scene.Chiyoda, next++ % 20)).GetAwaiter().GetResult();
            return level.Health.State == CacheState.Shared;
        }, "Redis is used again");
        scene.NothingIsAmiss();
    }

    async Task<Scene> WithRedis(Wire redis)
    {
        var address = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{redis.Port}");
        var scene = await Scene.Start(enrolled, adapters: (id, options) => id == Scene.Chiyoda ? options with { Redis = address } : options);
        await scene.Of<RedisLevel>(Scene.Chiyoda).Ready;
        return scene;
    }

    static Wire Line()
    {
        var parts = Servers.Redis.Split(':');
        return new Wire(int.Parse(parts[1], CultureInfo.InvariantCulture), parts[0]);
    }
}
