using Exchange.Gateway.Directory;
using Exchange.Gateway.Limits;
using Exchange.V1;
using Microsoft.Extensions.Time.Testing;
using static Exchange.Gateway.Tests.Policy.Sample;

namespace Exchange.Gateway.Tests.Limits;

public sealed class QuotasTests
{
    static readonly AgencyDirectory directory = Agencies();
    static readonly Limit tenASecond = new(10, TimeSpan.FromSeconds(1), 5);

    readonly FakeTimeProvider time = new();

    [Fact]
    public void Past_the_burst_a_question_is_refused_until_the_time_it_is_told()
    {
        var quotas = Open(tenASecond);
        for (var i = 0; i < 5; i++)
            Assert.True(quotas.Take(Chiyoda, Income).IsAdmitted);

        var refused = quotas.Take(Chiyoda, Income);

        Assert.False(refused.IsAdmitted);
        Assert.InRange(refused.RetryAfter, TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(101));
        Assert.Equal(Reason.QuotaExceeded, refused.ToRefusal().Reason);
        Assert.Equal((uint)refused.RetryAfter.TotalMilliseconds, refused.ToRefusal().RetryAfterMs);
        time.Advance(refused.RetryAfter);
        Assert.True(quotas.Take(Chiyoda, Income).IsAdmitted);
        Assert.False(quotas.Take(Chiyoda, Income).IsAdmitted);
    }

    [Fact]
    public void One_agency_at_a_hundred_times_its_quota_slows_nobody_else_and_none_of_its_other_data_sets()
    {
        var quotas = Open(tenASecond);
        var admitted = Enumerable.Range(0, 500).Count(_ => quotas.Take(Chiyoda, Income).IsAdmitted);

        Assert.Equal(5, admitted);
        Assert.True(quotas.Take(Chuo, Income).IsAdmitted);
        Assert.True(quotas.Take(Chiyoda, ResidentTax).IsAdmitted);
        Assert.True(quotas.TakeEnrolment(Chiyoda, 4096).IsAdmitted);
    }

    [Fact]
    public void More_than_a_burst_at_once_is_refused_without_a_time_to_retry()
    {
        var refusal = Open(tenASecond).Take(Chiyoda, Income, 6);

        Assert.Equal(TimeSpan.Zero, refusal.RetryAfter);
        Assert.Equal(0u, refusal.ToRefusal().RetryAfterMs);
    }

    [Fact]
    public void Many_threads_together_are_admitted_exactly_a_burst()
    {
        var quotas = Open(new Limit(1, TimeSpan.FromDays(1), 10_000));
        var admitted = 0;

        Parallel.For(0, 30_000, _ =>
        {
            if (quotas.Take(Chiyoda, Income).IsAdmitted)
                Interlocked.Increment(ref admitted);
        });

        Assert.Equal(10_000, admitted);
        Assert.Equal(20_000ul, Assert.Single(quotas.DrainThrottled()).Count);
    }

    [Fact]
    public void Refusals_are_counted_for_the_audit_log_and_drained_once()
    {
        var started = time.GetUtcNow().ToUnixTimeMilliseconds();
        var quotas = Open(tenASecond);
        for (var i = 0; i < 12; i++)
            quotas.Take(Chiyoda, Income);
        quotas.TakeEnrolment(Chuo, 1_000_000);
        time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equivalent(
            new[]
            {
                new ThrottleEvent { Requester = Chiyoda, DataSet = Income, Count = 7, SinceUnixMs = started },
                new ThrottleEvent { Requester = Chuo, DataSet = "", Count = 1, SinceUnixMs = started },
            },
            quotas.DrainThrottled().OrderBy(one => one.Requester));
        Assert.Empty(quotas.DrainThrottled());
        quotas.Take(Chiyoda, Income, 6);
        Assert.Equal(started + 60_000, Assert.Single(quotas.DrainThrottled()).SinceUnixMs);
    }

    [Fact]
    public void Names_the_directory_does_not_know_share_one_bucket_so_memory_stays_bounded()
    {
        var quotas = Open(tenASecond);
        var admitted = Enumerable.Range(0, 1000).Count(i => quotas.Take($"jp.stranger-{i}", $"set.{i}").IsAdmitted);

        Assert.Equal(5, admitted);
        Assert.Equal(1, quotas.Count);
    }

    [Fact]
    public void A_raised_quota_helps_at_once_and_what_was_used_under_it_stays_used()
    {
        var quotas = Open(new Limit(1, TimeSpan.FromDays(1), 100));
        Assert.True(quotas.Take(Chiyoda, Income, 100).IsAdmitted);
        Assert.False(quotas.Take(Chiyoda, Income).IsAdmitted);

        quotas.Apply(Rules(tenASecond));

        Assert.False(quotas.Take(Chiyoda, Income).IsAdmitted);
        time.Advance(TimeSpan.FromMilliseconds(500));
        Assert.True(quotas.Take(Chiyoda, Income, 5).IsAdmitted);
        Assert.False(quotas.Take(Chiyoda, Income).IsAdmitted);
    }

    [Fact]
    public void Rules_read_again_unchanged_give_nobody_a_new_burst()
    {
        var quotas = Open(tenASecond);
        quotas.Take(Chiyoda, Income, 5);

        quotas.Apply(Rules(tenASecond with { }));

        Assert.False(quotas.Take(Chiyoda, Income).IsAdmitted);
    }

    [Fact]
    public void Buckets_of_an_agency_that_left_the_directory_are_dropped()
    {
        var quotas = Open(tenASecond);
        quotas.Take(Chiyoda, Income);
        quotas.Take(Chuo, Income);
        var without = Agencies(string.Join('\n', DirectoryText.Split('\n').Where(line => !line.Contains(Chuo, StringComparison.Ordinal))));

        quotas.Apply(QuotaRules.Default(without));

        Assert.Equal(1, quotas.Count);
    }

    [Fact]
    public void Refusals_of_an_agency_that_left_the_directory_are_still_drained()
    {
        var started = time.GetUtcNow().ToUnixTimeMilliseconds();
        var quotas = Open(tenASecond);
        for (var i = 0; i < 8; i++)
            quotas.Take(Chiyoda, Income);
        var without = Agencies(string.Join('\n', DirectoryText.Split('\n').Where(line => !line.Contains(Chiyoda, StringComparison.Ordinal))));

        quotas.Apply(QuotaRules.Default(without));
        time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(0, quotas.Count);
        Assert.Equal(new ThrottleEvent { Requester = Chiyoda, DataSet = Income, Count = 3, SinceUnixMs = started }, Assert.Single(quotas.DrainThrottled()));
        Assert.Empty(quotas.DrainThrottled());
    }

    [Fact]
    public void What_could_not_be_written_down_is_drained_again_with_what_came_meanwhile()
    {
        var started = time.GetUtcNow().ToUnixTimeMilliseconds();
        var quotas = Open(tenASecond);
        quotas.Take(Chiyoda, Income, 6);
        time.Advance(TimeSpan.FromMinutes(1));
        quotas.TakeBack(Assert.Single(quotas.DrainThrottled()));
        quotas.Take(Chiyoda, Income, 6);
        quotas.Take(Chuo, Income, 6);

        Assert.Equivalent(
            new[]
            {
                new ThrottleEvent { Requester = Chiyoda, DataSet = Income, Count = 2, SinceUnixMs = started },
                new ThrottleEvent { Requester = Chuo, DataSet = Income, Count = 1, SinceUnixMs = started + 60_000 },
            },
            quotas.DrainThrottled().OrderBy(one => one.Requester));
        Assert.Empty(quotas.DrainThrottled());
    }

    [Fact]
    public void The_most_specific_override_holds()
    {
        Limit One(int burst) => new(1, TimeSpan.FromDays(1), burst);
        var rules = new QuotaRules(directory, One(1),
            [
                new(null, null, Income, One(2)), new(null, "municipality", null, One(3)), new(null, "municipality", Income, One(4)),
                new(Chiyoda, null, null, One(5)), new(Chiyoda, null, Income, One(6)),
            ],
            One(10), [new(null, "municipality", null, One(11)), new(Chiyoda, null, null, One(12))]);
        var quotas = new Quotas(rules, time);

        int Admitted(string agency, string dataSet) => Enumerable.Range(0, 20).Count(_ => quotas.Take(agency, dataSet).IsAdmitted);
        int Enrolled(string agency) => Enumerable.Range(0, 20).Count(_ => quotas.TakeEnrolment(agency, 1).IsAdmitted);

        Assert.Equal([6, 5], new[] { Admitted(Chiyoda, Income), Admitted(Chiyoda, ResidentTax) });
        Assert.Equal([4, 3], new[] { Admitted(Chuo, Income), Admitted(Chuo, ResidentTax) });
        Assert.Equal([2, 1], new[] { Admitted(Tax, Income), Admitted(Tax, ResidentTax) });
        Assert.Equal([12, 11, 10], new[] { Enrolled(Chiyoda), Enrolled(Chuo), Enrolled(Tax) });
    }

    [Fact]
    public void Taking_allocates_nothing_whether_admitted_or_refused()
    {
        var quotas = Open(tenASecond);
        quotas.Take(Chiyoda, Income);
        quotas.Take("jp.stranger", Income);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            quotas.Take(Chiyoda, Income);
            quotas.Take("jp.stranger", Income);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    Quotas Open(Limit lookup) => new(Rules(lookup), time);

    static QuotaRules Rules(Limit lookup) => new(directory, lookup, [], QuotaRules.DefaultEnrolment, []);
}
