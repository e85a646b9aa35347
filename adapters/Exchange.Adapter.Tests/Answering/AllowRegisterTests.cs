using Exchange.Adapter.Answering;
using Exchange.Adapter.Health;
using Exchange.Adapter.LocalApi.Callers;
using Exchange.Hosting.Configuration;
using Exchange.Protocol.DataSets;
using Exchange.Protocol.DataSets.Predicates;
using Exchange.V1;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging.Abstractions;

namespace Exchange.Adapter.Tests.Answering;

public sealed class AllowRegisterTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("allow-").FullName;
    readonly ManualTime time = new();
    readonly LogLines<AllowRegister> log = new();

    string Allow => Path.Combine(folder, "allow.yaml");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_changed_list_is_in_force_at_the_next_look()
    {
        Write("year");
        using var register = Open();
        var looks = time.Awaited(time.GetUtcNow().AddSeconds(2));
        await register.StartAsync(TestContext.Current.CancellationToken);
        await AnsweringAgency.InTime(looks);
        Write("year, total_income");

        await Look();
        time.Advance(TimeSpan.FromMilliseconds(250));
        await log.Next();

        Assert.Equal([1u, 3u], Released(register));
        Assert.Contains("1 rows are in force", Assert.Single(log.All), StringComparison.Ordinal);
        await register.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_list_still_being_written_is_left_to_the_next_look()
    {
        Write("year");
        using var register = Open();
        var looks = time.Awaited(time.GetUtcNow().AddSeconds(2));
        await register.StartAsync(TestContext.Current.CancellationToken);
        await AnsweringAgency.InTime(looks);
        File.WriteAllText(Allow, "allow: []\n");

        await Look();
        Write("year, total_income");
        time.Advance(TimeSpan.FromMilliseconds(250));
        await Look();
        time.Advance(TimeSpan.FromMilliseconds(250));
        await log.Next();

        Assert.Equal([1u, 3u], Released(register));
        Assert.Single(log.All);
        await register.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_list_with_a_mistake_is_refused_whole_logged_and_told_by_health_until_it_is_mended()
    {
        Write("year");
        using var register = Open();
        LocalTokens.CreateKey(Path.Combine(folder, "a.key"), Path.Combine(folder, "a.pub"));
        File.WriteAllText(Path.Combine(folder, "callers.yaml"), "callers: [{ name: a, token: { issuer: i, audience: a, subject: s, key: a.pub }, may_ask: [] }]");
        using var callers = new CallerRegister(Path.Combine(folder, "callers.yaml"), [], time, NullLogger<CallerRegister>.Instance);
        var health = new FilesHealth(callers, register);

        Write("yaer, total_income");
        Assert.False(register.Refresh());
        Assert.Equal([1u], Released(register));
        Assert.Contains("did you mean 'year'", Assert.Single(log.All), StringComparison.Ordinal);
        var told = await health.CheckHealthAsync(new HealthCheckContext(), TestContext.Current.CancellationToken);
        Assert.Equal(HealthStatus.Degraded, told.Status);
        Assert.Contains("did you mean 'year'", told.Description, StringComparison.Ordinal);

        File.Delete(Allow);
        Assert.False(register.Refresh());
        Assert.Equal([1u], Released(register));

        Write("year, total_income");
        Assert.True(register.Refresh());
        Assert.Equal([1u, 3u], Released(register));
        Assert.Equal(HealthStatus.Healthy, (await health.CheckHealthAsync(new HealthCheckContext(), TestContext.Current.CancellationToken)).Status);
        File.WriteAllText(Path.Combine(folder, "callers.yaml"), "callers: []");
        Assert.False(callers.Refresh());
        Assert.Equal(HealthStatus.Degraded, (await health.CheckHealthAsync(new HealthCheckContext(), TestContext.Current.CancellationToken)).Status);
    }

    [Fact]
    public void Each_grant_is_narrowed_for_itself_whatever_was_granted_before()
    {
        Write("year, total_income");
        var list = Open().Current;
        IEnumerable<uint> Narrow(string requester, params uint[] granted) => list.Release(requester, "benefit-eligibility", "tax.income.v1", granted).Numbers;

        foreach (var _ in Enumerable.Range(0, 2))
        {
            Assert.Equal([1u, 3u], Narrow("jp.mun.131016", 1, 2, 3));
            Assert.Equal([3u], Narrow("jp.mun.131016", 3, 4));
            Assert.Empty(Narrow("jp.mun.131016"));
            Assert.Empty(Narrow("jp.pension", 1, 2, 3));
        }
    }

    [Fact]
    public void A_predicate_is_released_in_the_very_words_of_the_list_alone()
    {
        File.WriteAllText(Allow, """
            allow:
              - requester: jp.mun.*
                task: price-relief
                data_set: tax.income.v1
                predicates:
                  - { name: low-income, version: "2025-10", test: total_income < 1500000 }
            """);
        using var register = Open();
        PredicateRule? Find(string version, string test, string requester = "jp.mun.131016", string task = "price-relief") =>
            register.Current.Find(requester, task, "tax.income.v1", new Predicate { Name = "low-income", Version = version, Test = test });

        Assert.NotNull(Find("2025-10", "total_income < 1500000"));
        Assert.Null(Find("2025-10", "total_income < 1400000"));
        Assert.Null(Find("2025-11", "total_income < 1500000"));
        Assert.Null(Find("2025-10", "total_income < 1500000", requester: "jp.pension"));
        Assert.Null(Find("2025-10", "total_income < 1500000", task: "benefit-eligibility"));
        Assert.True(register.Current.Release("jp.mun.131016", "price-relief", "tax.income.v1", [1, 2, 3]).IsNothing);
    }

    [Fact]
    public void A_list_with_a_mistake_stops_the_start()
    {
        Write("yaer");
        Assert.Throws<ConfigurationException>(Open);
    }

    /// <summary>To the next look, which finds a change and waits whether it goes on.</summary>
    async Task Look()
    {
        var passed = time.GetUtcNow() - time.Start;
        var next = time.Start + (passed - TimeSpan.FromTicks(passed.Ticks % TimeSpan.FromSeconds(2).Ticks)) + TimeSpan.FromSeconds(2);
        var settles = time.Awaited(next.AddMilliseconds(250));
        time.Advance(next - time.GetUtcNow());
        await AnsweringAgency.InTime(settles);
    }

    AllowRegister Open() => new(Allow, DataSetCatalogue.All, time, log);

    void Write(string fields) => File.WriteAllText(
        Allow, $"allow:\n  - {{ requester: jp.mun.*, task: benefit-eligibility, data_set: tax.income.v1, fields: [{fields}] }}\n");

    static IEnumerable<uint> Released(AllowRegister register) =>
        register.Current.Release("jp.mun.131016", "benefit-eligibility", "tax.income.v1", [1, 2, 3, 4]).Numbers;
}
