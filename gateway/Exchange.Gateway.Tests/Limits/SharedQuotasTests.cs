using Exchange.Gateway.Directory;
using Exchange.Gateway.Limits;
using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;
using static Exchange.Gateway.Tests.Policy.Sample;

namespace Exchange.Gateway.Tests.Limits;

public sealed class SharedQuotasTests
{
    /// <summary>So slow that nothing is earned while a test runs.</summary>
    static readonly Limit hundredADay = new(100, TimeSpan.FromDays(1), 100);

    /// <summary>A town of this run alone: what an earlier run used is still owed in Redis.</summary>
    readonly string town = $"jp.town-{Guid.NewGuid():N}";

    [Fact]
    public async Task Replicas_together_admit_no_more_than_one_alone_once_they_have_reported()
    {
        await using var redis = await RedisServer.Connect(RedisServer.Address());
        var (one, two) = (Open(redis), Open(redis));
        Assert.True(one.Quotas.Take(town, Income, 60).IsAdmitted);
        Assert.True(await one.Shared.SynchroniseAsync(CancellationToken.None));
        Assert.True(two.Quotas.Take(town, Income).IsAdmitted);
        Assert.True(await two.Shared.SynchroniseAsync(CancellationToken.None));

        Assert.Equal(39, AdmittedOneByOne(two.Quotas));
        Assert.True(await two.Shared.SynchroniseAsync(CancellationToken.None));
        Assert.True(one.Quotas.Take(town, Income).IsAdmitted);
        Assert.True(await one.Shared.SynchroniseAsync(CancellationToken.None));
        Assert.Equal(0, AdmittedOneByOne(one.Quotas));
    }

    [Fact]
    public async Task What_was_admitted_beyond_the_limit_before_a_report_is_paid_back_by_all()
    {
        await using var redis = await RedisServer.Connect(RedisServer.Address());
        var (one, two) = (Open(redis), Open(redis));
        Assert.True(one.Quotas.Take(town, Income, 100).IsAdmitted);
        Assert.True(two.Quotas.Take(town, Income, 100).IsAdmitted);
        await one.Shared.SynchroniseAsync(CancellationToken.None);
        await two.Shared.SynchroniseAsync(CancellationToken.None);

        var refused = two.Quotas.Take(town, Income);

        Assert.False(refused.IsAdmitted);
        Assert.True(refused.RetryAfter > TimeSpan.FromDays(1));
    }

    [Fact]
    public async Task More_quotas_than_one_call_carries_are_all_reported_and_their_keys_expire()
    {
        await using var redis = await RedisServer.Connect(RedisServer.Address());
        var towns = Enumerable.Range(0, 600).Select(i => $"{town}-{i}").ToArray();
        var (one, two) = (Open(redis, towns), Open(redis, towns));
        foreach (var each in towns)
            one.Quotas.Take(each, Income, 99);
        Assert.True(await one.Shared.SynchroniseAsync(CancellationToken.None));
        foreach (var each in towns)
            two.Quotas.Take(each, Income);
        Assert.True(await two.Shared.SynchroniseAsync(CancellationToken.None));

        Assert.All(towns, each => Assert.False(two.Quotas.Take(each, Income).IsAdmitted));
        var key = $"{{xhub:quota}}:{hundredADay.Interval}:100:{towns[0]}:{Income}";
        Assert.InRange((await redis.GetDatabase().KeyTimeToLiveAsync(key))!.Value, TimeSpan.FromHours(23), TimeSpan.FromHours(25));
    }

    [Fact]
    public async Task Without_Redis_each_replica_counts_alone_and_says_so()
    {
        await using var redis = await RedisServer.Connect("127.0.0.1:1");
        var (quotas, shared) = Open(redis);
        Assert.True(quotas.Take(town, Income, 60).IsAdmitted);

        Assert.False(await shared.SynchroniseAsync(CancellationToken.None));

        Assert.False(shared.IsShared);
        Assert.Equal(40, AdmittedOneByOne(quotas));
    }

    [Fact]
    public async Task Redis_that_hangs_is_left_alone_and_joined_again_when_it_answers()
    {
        await using var wire = new Wire(RedisServer.Address());
        await using var redis = await RedisServer.Connect(wire.Address);
        var (quotas, shared) = Open(redis);
        quotas.Take(town, Income);
        Assert.True(await shared.SynchroniseAsync(CancellationToken.None));

        wire.Hold();
        quotas.Take(town, Income);
        Assert.False(await shared.SynchroniseAsync(CancellationToken.None));
        Assert.False(shared.IsShared);
        Assert.True(quotas.Take(town, Income).IsAdmitted);

        wire.LetGo();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!await shared.SynchroniseAsync(patience.Token))
            quotas.Take(town, Income);
        Assert.True(shared.IsShared);
    }

    int AdmittedOneByOne(Quotas quotas) => Enumerable.Range(0, 150).Count(_ => quotas.Take(town, Income).IsAdmitted);

    (Quotas Quotas, SharedQuotas Shared) Open(IConnectionMultiplexer redis, params string[] towns)
    {
        var known = Agencies();
        var directory = new AgencyDirectory(
            "v", [.. known.Agencies, .. towns.Append(town).Select(id => new AgencyEntry(id, "municipality", "Town", AgencyStatus.Active, [1]))], known.DataSets);
        var quotas = new Quotas(new QuotaRules(directory, hundredADay, [], QuotaRules.DefaultEnrolment, []), TimeProvider.System);
        return (quotas, new SharedQuotas(quotas, redis, TimeProvider.System, NullLogger<SharedQuotas>.Instance));
    }
}
