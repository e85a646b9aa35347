namespace Exchange.Hammer.Measurement;

/// <summary>One stretch of one contender. Times in microseconds.</summary>
/// <param name="HubCpu">Of CPU per answer: the hub, or what is in its place; null for the direct call, which has nothing there.</param>
/// <param name="AdapterCpu">The requester's adapter, where it is a process of its own.</param>
/// <param name="GeneratorCpu">This process: the load generator, and the requester where it has no process of its own.</param>
/// <param name="HubAllocated">Bytes per answer; null when not known.</param>
sealed record Round(
    long Answers, double Seconds, double PerSecond, double P50, double P90, double P99, double P999, double Max,
    double? HubCpu, double ProviderCpu, double? AdapterCpu, double GeneratorCpu, double? HubAllocated)
{
    public double TotalCpu => (HubCpu ?? 0) + ProviderCpu + (AdapterCpu ?? 0) + GeneratorCpu;
}

/// <summary>The middle of all rounds and how far they lie apart.</summary>
sealed record Spread(double Median, double Min, double Max)
{
    public static Spread Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return new Spread(Rounded(sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[sorted.Length / 2 - 1] + sorted[sorted.Length / 2]) / 2), Rounded(sorted[0]), Rounded(sorted[^1]));
    }

    /// <returns>Null when one of them is not known.</returns>
    public static Spread? OfAll(IEnumerable<double?> values) => values.ToArray() is var all && all.All(one => one is not null) ? Of(all.Select(one => one!.Value)) : null;

    static double Rounded(double value) => Math.Round(value, 2);
}

/// <summary>A contender under one load, all rounds.</summary>
/// <param name="Id">One of <see cref="Contenders.Lineup"/>.</param>
/// <param name="Load">Such as "128 at once" or "9000 a second".</param>
/// <param name="Concurrency">0 in the open loop.</param>
/// <param name="Size">Bytes of an answer, as planned.</param>
/// <param name="Asked">What came back.</param>
sealed record Cell(string Id, string Contender, string Load, int Concurrency, int Size, string Asked, double? OfferedPerSecond, IReadOnlyList<Round> Rounds)
{
    public Spread PerSecond => Spread.Of(Rounds.Select(round => round.PerSecond));

    public Spread P50 => Spread.Of(Rounds.Select(round => round.P50));

    public Spread P99 => Spread.Of(Rounds.Select(round => round.P99));

    public Spread P999 => Spread.Of(Rounds.Select(round => round.P999));

    public Spread? HubCpu => Spread.OfAll(Rounds.Select(round => round.HubCpu));

    public Spread ProviderCpu => Spread.Of(Rounds.Select(round => round.ProviderCpu));

    public Spread? AdapterCpu => Spread.OfAll(Rounds.Select(round => round.AdapterCpu));

    public Spread GeneratorCpu => Spread.Of(Rounds.Select(round => round.GeneratorCpu));

    public Spread TotalCpu => Spread.Of(Rounds.Select(round => round.TotalCpu));

    public Spread? HubAllocated => Spread.OfAll(Rounds.Select(round => round.HubAllocated));
}
