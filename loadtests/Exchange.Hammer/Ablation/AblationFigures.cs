using Exchange.Hammer.Machine;
using Exchange.Hammer.Measurement;
using Exchange.Hammer.Results;

namespace Exchange.Hammer.Ablation;

/// <summary>What each stage of a lookup costs.</summary>
/// <param name="Load">Load average before the run.</param>
/// <param name="NotMeasured">Rungs that were left out, with why.</param>
/// <param name="Cells">Rung by rung for each concurrency.</param>
sealed record AblationFigures(
    DateTimeOffset Began, MachineFacts Machine, double Load, AblationPlan Plan, IReadOnlyDictionary<string, string> NotMeasured, IReadOnlyList<AblationCell> Cells) : IMeasured
{
    public const string Name = "ablation";

    public string Verb { get; } = Name;

    public string? Shortcoming =>
        Plan.Length < AblationPlan.WantedLength ? FormattableString.Invariant($"its rounds have {Plan.Length.TotalSeconds:0.##} s, and {AblationPlan.WantedLength.TotalSeconds:0} are wanted")
        : Shipped is null || Recorded is null ? FormattableString.Invariant($"it was not measured with {AblationPlan.JudgedConcurrency} at once")
        : null;

    /// <summary>Throughput as it ships, of that without traces, round by round.</summary>
    public Spread? Shipped => OfUntraced(Rungs.Shipped);

    /// <summary>The same with every trace recorded.</summary>
    public Spread? Recorded => OfUntraced(Rungs.Recorded);

    /// <returns>Null when it was not measured.</returns>
    public AblationCell? At(string rung, int concurrency) => Cells.FirstOrDefault(one => one.Rung == rung && one.Concurrency == concurrency);

    Spread? OfUntraced(string rung) => (At(rung, AblationPlan.JudgedConcurrency), At(Rungs.Durable, AblationPlan.JudgedConcurrency)) is ({ } traced, { } untraced)
        ? Spread.Of(traced.Rounds.Zip(untraced.Rounds, (one, other) => one.PerSecond / other.PerSecond))
        : null;
}

sealed record AblationCell(string Rung, int Concurrency, IReadOnlyList<AblationRound> Rounds)
{
    public Spread PerSecond => Of(round => round.PerSecond);

    public Spread P50 => Of(round => round.P50);

    public Spread P99 => Of(round => round.P99);

    public Spread Generator => Of(round => round.Generator);

    public Spread Middle => Of(round => round.Middle);

    public Spread Provider => Of(round => round.Provider);

    public Spread Together => Of(round => round.Together);

    public Spread Sink => Of(round => round.Sink);

    public Spread Spans => Of(round => round.Spans);

    public Spread Bytes => Of(round => round.Bytes);

    Spread Of(Func<AblationRound, double> figure) => Spread.Of(Rounds.Select(figure));
}

/// <summary>One stretch of one rung. Times in microseconds.</summary>
/// <param name="Generator">CPU an answer: the load generator with the requester's adapter in it.</param>
/// <param name="Middle">The hub, or what is in its place.</param>
/// <param name="Sink">This process, which takes what is exported and does nothing else meanwhile; in none of the sums.</param>
/// <param name="Spans">Exported an answer, by all processes.</param>
/// <param name="Bytes">Exported an answer by all processes: spans, metrics and log lines.</param>
sealed record AblationRound(long Answers, double PerSecond, double P50, double P99, double Generator, double Middle, double Provider, double Sink, double Spans, double Bytes)
{
    public double Together => Math.Round(Generator + Middle + Provider, 2);
}
