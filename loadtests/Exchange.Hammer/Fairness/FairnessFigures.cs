using Exchange.Hammer.Machine;
using Exchange.Hammer.Measurement;
using Exchange.Hammer.Results;

namespace Exchange.Hammer.Fairness;

/// <summary>What one agency's excess costs another.</summary>
/// <param name="Load">Load average before the run.</param>
/// <param name="Reached">Answers a second of the closed loop, before anything.</param>
/// <param name="PerSecond">At which the victim asked.</param>
sealed record FairnessFigures(DateTimeOffset Began, MachineFacts Machine, double Load, FairnessPlan Plan, double Reached, int PerSecond, IReadOnlyList<AggressorFigures> Aggressors) : IMeasured
{
    public const string Name = "fairness";

    public string Verb { get; } = Name;

    public string? Shortcoming =>
        Aggressors.Count < AggressorNames.All.Count ? FormattableString.Invariant($"it has {Aggressors.Count} of {AggressorNames.All.Count} aggressors")
        : Plan.Rounds < FairnessPlan.WantedRounds || Plan.Length < FairnessPlan.WantedLength ? FormattableString.Invariant($"{FairnessPlan.WantedRounds} rounds of {FairnessPlan.WantedLength.TotalSeconds:0} s are wanted")
        : Plan.List < FairnessPlan.WantedList ? FormattableString.Invariant($"its list has {Plan.List:#,0} people, and {FairnessPlan.WantedList:#,0} are wanted")
        : null;

    /// <summary>Of p99, in %, by the aggressor that raised it most.</summary>
    public double Worst => Aggressors.Max(one => one.Raised.Median);
}

/// <param name="Name">One of <see cref="AggressorNames"/>.</param>
/// <param name="What">For people.</param>
sealed record AggressorFigures(string Name, string What, IReadOnlyList<FairnessRound> Rounds)
{
    /// <summary>Of p99, in %, each round against itself.</summary>
    public Spread Raised => Spread.Of(Rounds.Select(round => Percent(round, half => half.P99)));

    /// <inheritdoc cref="Raised"/>
    public Spread RaisedP50 => Spread.Of(Rounds.Select(round => Percent(round, half => half.P50)));

    static double Percent(FairnessRound round, Func<VictimHalf, double> of) => (of(round.Beside) / of(round.Without) - 1) * 100;
}

/// <param name="Deeds">Of the aggressor.</param>
sealed record FairnessRound(VictimHalf Without, VictimHalf Beside, Deeds Deeds);

/// <summary>The victim's lookups. Latencies in microseconds.</summary>
/// <param name="HubCores">Processors that the hub used.</param>
/// <param name="ProviderCores">That the provider's adapter used.</param>
/// <param name="Busy">Share of the processors of everybody but an aggressor apart that was in use, 0 to 1.</param>
sealed record VictimHalf(long Answers, double P50, double P99, double P999, double HubCores, double ProviderCores, double Busy);
