using Exchange.Hammer.Fairness;

namespace Exchange.Hammer.Tests.Fairness;

/// <summary>Fairness of a run that never was.</summary>
static class Sample
{
    public static FairnessPlan Plan { get; } = new(AggressorNames.All, TimeSpan.FromSeconds(10), FairnessPlan.WantedRounds, FairnessPlan.WantedLength, 10, 100, FairnessPlan.WantedList, 512, 128, 19);

    /// <param name="raised">How many times the p99 beside each aggressor is what it was without.</param>
    public static FairnessFigures Figures(params IReadOnlyList<double> raised) => new(
        DateTimeOffset.UnixEpoch, Soak.Sample.Machine("abc"), 0.1, Plan, 5000, 500,
        [.. AggressorNames.All.Zip(raised, (name, times) => new AggressorFigures(name, $"What the {name} does.", [.. new[] { 0.98, 1, 1.02 }.Select(luck => new FairnessRound(
            Half(1000, 0.1, 0.2), Half(1000 * times * luck, 0.4, 0.95),
            new Deeds(1000, 100, new Dictionary<string, long> { ["QUOTA_EXCEEDED"] = 900 }, 11, name == AggressorNames.Deaf ? 65_000 : null)))]))]);

    static VictimHalf Half(double p99, double hub, double busy) => new(5000, 500, p99, 2 * p99, hub, 0.1, busy);
}
