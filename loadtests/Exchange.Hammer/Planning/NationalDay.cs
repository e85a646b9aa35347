using Exchange.Gateway.Limits;

namespace Exchange.Hammer.Planning;

/// <summary>The arithmetic: from what one lookup costs to what a country needs. Nothing is read or measured here.</summary>
static class NationalDay
{
    /// <summary>Quotas that a replica reports to Redis in one call; for each of them Redis reads and writes a key.</summary>
    const int QuotasInCall = 256;

    /// <summary>Below two there is none left when one is renewed.</summary>
    const int FewestReplicas = 2;

    /// <summary>Hashes in a proof of an entry, in the log of one replica at the end of a year.</summary>
    public static int Hashes(Country country, int replicas) => Math.Max(1, (int)Math.Ceiling(Math.Log2(country.PerYear / replicas)));

    /// <summary>Replicas of the hub, those to spare included.</summary>
    public static int Replicas(Country country, MeasuredCosts costs, Assumptions assumed) =>
        Math.Max(FewestReplicas, (int)Math.Ceiling(Cores(country, costs, assumed) / assumed.ReplicaCores) + assumed.Spare);

    public static Needs Of(Country country, MeasuredCosts costs, Assumptions assumed, Weights weights)
    {
        var (day, night) = (country.PerSecond * assumed.DayPeak, country.PerSecond * assumed.NightPeak);
        var (dayCores, nightCores) = HubCores(country, costs, assumed);
        var replicas = Replicas(country, costs, assumed);
        // Those to spare may be lost in this very second.
        var serving = Math.Max(1, replicas - assumed.Spare);
        var peak = Math.Max(day, night);
        // No timer: a commit begins when the one before has ended, which takes a durable write at the least. With all replicas there are most.
        var commits = replicas * Math.Min(peak / replicas, 1e6 / costs.FsyncMicroseconds);
        var reports = replicas / SharedQuotas.Interval.TotalSeconds;
        var quotas = Math.Min(Math.Ceiling(peak / reports), (double)country.Agencies * assumed.DataSets);
        return new Needs(country, day, night, dayCores, nightCores, Cores(country, costs, assumed), replicas, peak / serving, commits, peak / commits,
            reports * Math.Max(1, Math.Ceiling(quotas / QuotasInCall)), reports * 2 * quotas,
            country.PerYear * weights.Entry, country.PerYear * weights.Entry * assumed.Years,
            country.PerYear * (weights.Asked + weights.Answered) / country.Agencies, country.PerYear * assumed.BusiestAnswers * weights.Answered,
            AgencyCores(costs, one => one.RequesterCpu), AgencyCores(costs, one => one.ProviderCpu), weights);

        double AgencyCores(MeasuredCosts costs, Func<LookupCosts, double> cpu) => Math.Max(day * Mixed(costs, assumed, cpu), night * cpu(costs.Cold)) / 1e6;
    }

    /// <summary>Cores to have, so that they are filled no further than they shall be.</summary>
    static double Cores(Country country, MeasuredCosts costs, Assumptions assumed)
    {
        var (day, night) = HubCores(country, costs, assumed);
        return Math.Max(day, night) / assumed.Busy;
    }

    /// <summary>Cores that the hub keeps busy in the worst second of the day, and in a second of the night.</summary>
    static (double Day, double Night) HubCores(Country country, MeasuredCosts costs, Assumptions assumed) => (
        country.PerSecond * assumed.DayPeak * Mixed(costs, assumed, one => one.HubCpu) / 1e6,
        country.PerSecond * assumed.NightPeak * costs.Cold.HubCpu / 1e6);

    static double Mixed(MeasuredCosts costs, Assumptions assumed, Func<LookupCosts, double> cpu) => assumed.Warm * cpu(costs.Warm) + (1 - assumed.Warm) * cpu(costs.Cold);
}

/// <summary>What a country needs.</summary>
/// <param name="DayPerSecond">Lookups in the worst second of the day.</param>
/// <param name="NightPerSecond">Lookups in a second of a night of jobs over lists.</param>
/// <param name="DayCores">Cores of the hub that are busy in that second of the day.</param>
/// <param name="NightCores">The same at night.</param>
/// <param name="Cores">Of the hub, to have: the larger of the two, filled no further than assumed.</param>
/// <param name="Replicas">Those to spare included.</param>
/// <param name="OfReplica">Lookups a second of one replica in the worst second, those to spare being lost.</param>
/// <param name="Commits">In that second, of all replicas, at most.</param>
/// <param name="EntriesInCommit">In that second, at least.</param>
/// <param name="RedisCalls">In that second, of all replicas, at most.</param>
/// <param name="RedisKeys">Keys read or written by these calls, at most.</param>
/// <param name="LogBytes">A year, of all replicas.</param>
/// <param name="LogBytesKept">For as long as it is kept.</param>
/// <param name="JournalBytes">Of an agency that asks and answers as much as the mean one, a year.</param>
/// <param name="BusiestJournalBytes">Of the agency that answers most, a year.</param>
/// <param name="RequesterCores">Busy at all requesters together in the worst second.</param>
/// <param name="ProviderCores">Busy at all providers together in the worst second.</param>
sealed record Needs(
    Country Country, double DayPerSecond, double NightPerSecond, double DayCores, double NightCores, double Cores, int Replicas, double OfReplica,
    double Commits, double EntriesInCommit, double RedisCalls, double RedisKeys, double LogBytes, double LogBytesKept,
    double JournalBytes, double BusiestJournalBytes, double RequesterCores, double ProviderCores, Weights Weights)
{
    /// <summary>Which of the two sizes the hub.</summary>
    public string DecidedBy => DayCores >= NightCores ? "day" : "night";
}
