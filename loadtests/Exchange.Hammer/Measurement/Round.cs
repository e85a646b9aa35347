namespace Exchange.Hammer.Measurement;

/// <summary>One stretch of one contender. Times in microseconds.</summary>
/// <param name="HubCpu">Of CPU per answer; null for the direct call, which has no hub.</param>
/// <param name="GeneratorCpu">This process: requester and load generator together.</param>
/// <param name="HubAllocated">Bytes per answer; null when not known.</param>
sealed record Round(
    long Answers, double Seconds, double PerSecond, double P50, double P90, double P99, double P999, double Max,
    double? HubCpu, double ProviderCpu, double GeneratorCpu, double? HubAllocated)
{
    public double TotalCpu => (HubCpu ?? 0) + ProviderCpu + GeneratorCpu;
}

/// <summary>The middle of all rounds and how far they lie apart.</summary>
sealed record Spread(double Median, double Min, double Max)
{
    public static Spread Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return new Spread(Rounded(sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[sorted.Length / 2 - 1] + sorted[sorted.Length / 2]) / 2), Rounded(sorted[0]), Rounded(sorted[^1]));
    }

    static double Rounded(double value) => Math.Round(value, 2);
}

/// <summary>A contender under one load, all rounds.</summary>
/// <param name="Load">Such as "128 at once" or "9000 a second".</param>
/// <param name="Concurrency">0 in the open loop.</param>
sealed record Cell(string Contender, string Load, int Concurrency, double? OfferedPerSecond, IReadOnlyList<Round> Rounds)
{
    public Spread PerSecond => Spread.Of(Rounds.Select(round => round.PerSecond));

    public Spread P50 => Spread.Of(Rounds.Select(round => round.P50));

    public Spread P99 => Spread.Of(Rounds.Select(round => round.P99));

    public Spread P999 => Spread.Of(Rounds.Select(round => round.P999));

    public Spread? HubCpu => Rounds[0].HubCpu is null ? null : Spread.Of(Rounds.Select(round => round.HubCpu!.Value));

    public Spread ProviderCpu => Spread.Of(Rounds.Select(round => round.ProviderCpu));

    public Spread GeneratorCpu => Spread.Of(Rounds.Select(round => round.GeneratorCpu));

    public Spread TotalCpu => Spread.Of(Rounds.Select(round => round.TotalCpu));

    public Spread? HubAllocated => Rounds.Any(round => round.HubAllocated is null) ? null : Spread.Of(Rounds.Select(round => round.HubAllocated!.Value));
}
