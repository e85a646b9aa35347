using Exchange.Hammer.Contenders;
using Exchange.Hammer.Machine;
using Exchange.Hammer.Measurement;
using Exchange.Hammer.Parties;

namespace Exchange.Hammer.Results;

/// <summary>Everything a run found out. What is derived is derived here, from the rounds, and nowhere else.</summary>
/// <param name="LoadBefore">Load average of the machine before the run; the run's own load is not in it.</param>
/// <param name="StartUp">Null without an exchange.</param>
/// <param name="TooFew">Cells without a figure, because too few answers came; for people.</param>
/// <param name="Multiplication">Of a point by a scalar, on one thread of this machine, in microseconds.</param>
sealed record Report(
    DateTimeOffset Began, MachineFacts Machine, double LoadBefore, double LoadAfter, MeasurementPlan Plan, StartUp? StartUp, Spread Multiplication,
    IReadOnlyList<Contender> Contenders, IReadOnlyList<string> TooFew, IReadOnlyList<Cell> Closed, IReadOnlyList<Cell> Open, IReadOnlyList<Stages> Stages)
{
    /// <summary>Results of other verbs, by which targets are judged that a comparison does not measure.</summary>
    public Merged Merged { get; init; } = Merged.None;

    public string Commit => Machine.Commit;

    /// <summary>The medians of closed and open loop in short.</summary>
    public IEnumerable<CellInShort> Cells => Closed.Concat(Open).Select(CellInShort.Of);

    public IReadOnlyDictionary<string, TargetResult> Targets => Results.Targets.Of(this);

    /// <summary>Every other contender in the closed loop, divided by the direct call in the same round; medians of the quotients.</summary>
    public IEnumerable<Ratio> Ratios => Closed.Where(cell => cell.Id != Lineup.Direct).Select(RatioOf).OfType<Ratio>();

    /// <summary>In the closed loop, with answers of the first size.</summary>
    /// <returns>Null when it was not measured.</returns>
    public Cell? At(string id, int concurrency) => Closed.FirstOrDefault(cell => cell.Id == id && cell.Concurrency == concurrency && cell.Size == Plan.Sizes[0]);

    /// <returns>Null for the direct call itself.</returns>
    public Ratio? RatioOf(Cell cell) =>
        cell.Id != Lineup.Direct && Closed.FirstOrDefault(one => one.Id == Lineup.Direct && one.Concurrency == cell.Concurrency && one.Size == cell.Size) is { } floor
            ? new Ratio(cell.Contender, cell.Concurrency, cell.Size,
                Divide(cell, floor, round => round.PerSecond)!, Divide(cell, floor, round => round.P50)!, Divide(cell, floor, round => round.P99)!, Divide(cell, floor, round => round.TotalCpu))
            : null;

    /// <summary>A figure of one cell by that of another, round by round.</summary>
    /// <returns>Null when either was not measured, or the other was too small to be counted.</returns>
    public static Spread? Divide(Cell? one, Cell? other, Func<Round, double?> figure) =>
        one is null || other is null ? null : Spread.OfAll(one.Rounds.Zip(other.Rounds, (up, down) => figure(down) > 0 ? figure(up) / figure(down) : null));

    public string ToJson() => ResultFiles.ToJson(this);
}

/// <summary>How many times the figure of the direct call. More is better for throughput, less for the others.</summary>
sealed record Ratio(string Contender, int Concurrency, int Size, Spread Throughput, Spread P50, Spread P99, Spread? Cpu);

/// <summary>Medians of a cell. CPU and latencies in microseconds.</summary>
sealed record CellInShort(
    string Id, string Load, int Size, double PerSecond, double P50, double P99, double? HubCpu, double ProviderCpu, double? AdapterCpu, double GeneratorCpu, double TotalCpu)
{
    public static CellInShort Of(Cell cell) => new(
        cell.Id, cell.Load, cell.Size, cell.PerSecond.Median, cell.P50.Median, cell.P99.Median,
        cell.HubCpu?.Median, cell.ProviderCpu.Median, cell.AdapterCpu?.Median, cell.GeneratorCpu.Median, cell.TotalCpu.Median);
}
