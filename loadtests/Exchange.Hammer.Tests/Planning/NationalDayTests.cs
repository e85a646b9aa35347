using CsCheck;
using Exchange.Hammer.Planning;

namespace Exchange.Hammer.Tests.Planning;

public sealed class NationalDayTests
{
    [Fact]
    public void The_hub_has_cores_for_its_worst_second_and_fills_them_no_further_than_assumed()
    {
        var needs = Sample.Of();
        Assert.Equal(10_000, needs.DayPerSecond, 6);
        Assert.Equal(3_000, needs.NightPerSecond, 6);
        // 10,000 lookups of 150 us, 3,000 of 200 us.
        Assert.Equal(1.5, needs.DayCores, 6);
        Assert.Equal(0.6, needs.NightCores, 6);
        Assert.Equal("day", needs.DecidedBy);
        Assert.Equal(3, needs.Cores, 6);
        Assert.Equal(4, needs.Replicas);
        Assert.Equal(10_000 / 3.0, needs.OfReplica, 6);
    }

    [Fact]
    public void A_night_that_asks_more_than_the_day_sizes_the_hub()
    {
        var needs = Sample.Of(assumed: Sample.Assumed with { NightDays = 10 });
        Assert.Equal(30_000, needs.NightPerSecond, 6);
        Assert.Equal("night", needs.DecidedBy);
        Assert.Equal(12, needs.Cores, 6);
        Assert.Equal(13, needs.Replicas);
        Assert.Equal(2_500, needs.OfReplica, 6);
    }

    [Fact]
    public void However_little_is_asked_there_are_two_replicas_and_what_may_be_lost_is_not_counted_on()
    {
        var little = Sample.Country with { PerYear = 1000 };
        Assert.Equal(2, Sample.Of(little).Replicas);
        Assert.Equal(2, Sample.Of(little, Sample.Assumed with { Spare = 0 }).Replicas);
        Assert.Equal(4, Sample.Of(little, Sample.Assumed with { Spare = 3 }).Replicas);
        var needs = Sample.Of(little);
        Assert.Equal(needs.DayPerSecond, needs.OfReplica, 9);
    }

    [Fact]
    public void Entries_share_a_commit_only_once_they_come_faster_than_the_disk_takes_them()
    {
        // 10,000 a second on four logs that commit a thousand times each.
        var busy = Sample.Of();
        Assert.Equal(4_000, busy.Commits, 6);
        Assert.Equal(2.5, busy.EntriesInCommit, 6);

        var quiet = Sample.Of(Sample.Country with { PerYear = 10 * Sample.SecondsOfYear });
        Assert.Equal(100, quiet.Commits, 6);
        Assert.Equal(1, quiet.EntriesInCommit, 6);
    }

    [Fact]
    public void Redis_hears_four_times_a_second_of_no_more_quotas_than_there_are()
    {
        // Each of four replicas has 625 lookups in 250 ms, and there are 500 quotas: two calls of up to 256, each key read and written.
        var busy = Sample.Of();
        Assert.Equal(4 * 4 * 2, busy.RedisCalls, 6);
        Assert.Equal(4 * 4 * 2 * 500, busy.RedisKeys, 6);

        // 104 a second on two replicas: 13 quotas at the most in a report.
        var quiet = Sample.Of(Sample.Country with { PerYear = 10.4 * Sample.SecondsOfYear });
        Assert.Equal(2 * 4, quiet.RedisCalls, 6);
        Assert.Equal(2 * 4 * 2 * 13, quiet.RedisKeys, 6);
    }

    [Fact]
    public void Log_and_journals_grow_by_what_each_lookup_leaves()
    {
        var needs = Sample.Of();
        var lookups = 1000 * Sample.SecondsOfYear;
        Assert.Equal(300 * lookups, needs.LogBytes, 0);
        Assert.Equal(7 * 300 * lookups, needs.LogBytesKept, 0);
        Assert.Equal(3000 * lookups / 100, needs.JournalBytes, 0);
        Assert.Equal(0.2 * 1000 * lookups, needs.BusiestJournalBytes, 0);
    }

    [Fact]
    public void Agencies_have_cores_for_the_worse_of_day_and_night()
    {
        // By day 10,000 of 110 and 100 us; at night 3,000 of 160 and 150 us.
        var day = Sample.Of();
        Assert.Equal(1.1, day.RequesterCores, 6);
        Assert.Equal(1.0, day.ProviderCores, 6);
        var night = Sample.Of(assumed: Sample.Assumed with { NightDays = 10 });
        Assert.Equal(4.8, night.RequesterCores, 6);
        Assert.Equal(4.5, night.ProviderCores, 6);
    }

    [Fact]
    public void A_proof_has_one_hash_more_when_the_log_doubles()
    {
        Assert.Equal(20, NationalDay.Hashes(Sample.Country with { PerYear = 1 << 20 }, 1));
        Assert.Equal(21, NationalDay.Hashes(Sample.Country with { PerYear = 1 << 21 }, 1));
        Assert.Equal(20, NationalDay.Hashes(Sample.Country with { PerYear = 1 << 21 }, 2));
        Assert.Equal(1, NationalDay.Hashes(Sample.Country with { PerYear = 1 }, 2));
    }

    [Fact]
    public void Ten_times_the_lookups_need_ten_times_the_cores_and_disks_and_never_fewer_of_anything() => Gen.Double[1, 1e7].Sample(perSecond =>
    {
        var country = Sample.Country with { PerYear = perSecond * Sample.SecondsOfYear };
        var (once, tenfold) = (Sample.Of(country), Sample.Of(country.Times(10)));
        Assert.Equal(10 * once.Cores, tenfold.Cores, 1e-6 * tenfold.Cores);
        Assert.Equal(10 * once.LogBytes, tenfold.LogBytes, 1e-6 * tenfold.LogBytes);
        Assert.Equal(10 * once.JournalBytes, tenfold.JournalBytes, 1e-6 * tenfold.JournalBytes);
        Assert.True(tenfold.Replicas >= once.Replicas && tenfold.Commits >= once.Commits && tenfold.RedisCalls >= once.RedisCalls && tenfold.RedisKeys >= once.RedisKeys);
        Assert.True((tenfold.Replicas - Sample.Assumed.Spare) * Sample.Assumed.ReplicaCores >= tenfold.Cores * (1 - 1e-9));
    });

    [Fact]
    public void The_countries_are_planned_with_the_public_figures()
    {
        Assert.Equal([("Japan", 1741), ("Estonia", 1083), ("Belgium", 3000)], Country.Known.Select(one => (one.Name, one.Agencies)));
        Assert.Equal([0.96, 246, 57], Country.Known.Select(one => Math.Round(one.PerSecond, 2)));
        Assert.All(Country.Known, one => Assert.NotEmpty(one.Source));
        Assert.Equal(("Japan x 10", 303e6, 1741), (Country.Known[0].Times(10) is var ten ? ten.Name : "", Math.Round(ten.PerYear), ten.Agencies));
    }
}
