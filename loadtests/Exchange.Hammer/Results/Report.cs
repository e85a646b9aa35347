using System.Text.Encodings.Web;
using System.Text.Json;
using Exchange.Hammer.Machine;
using Exchange.Hammer.Measurement;

namespace Exchange.Hammer.Results;

/// <summary>Everything a run found out. What is derived is derived here, from the rounds, and nowhere else.</summary>
/// <param name="LoadBefore">Load average of the machine before the run; the run's own load is not in it.</param>
sealed record Report(
    DateTimeOffset Began, MachineFacts Machine, double LoadBefore, double LoadAfter, MeasurementPlan Plan,
    IReadOnlyList<Cell> Closed, IReadOnlyList<Cell> Open, IReadOnlyList<Stages> Stages)
{
    static readonly JsonSerializerOptions json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The contender the others are compared with.</summary>
    public string Floor => Closed[0].Contender;

    /// <summary>Every other contender at every load, divided by the floor in the same round; medians of the quotients.</summary>
    public IReadOnlyList<Ratio> Ratios =>
    [
        .. from cell in Closed
           where cell.Contender != Floor
           let floor = Closed.Single(one => one.Contender == Floor && one.Concurrency == cell.Concurrency)
           select new Ratio(cell.Contender, cell.Concurrency,
               Divide(cell, floor, round => round.PerSecond), Divide(cell, floor, round => round.P50), Divide(cell, floor, round => round.P99), Divide(cell, floor, round => round.TotalCpu)),
    ];

    public string ToJson() => JsonSerializer.Serialize(this, json);

    static Spread Divide(Cell cell, Cell floor, Func<Round, double> figure) => Spread.Of(cell.Rounds.Zip(floor.Rounds, (one, other) => figure(one) / figure(other)));
}

/// <summary>How many times the floor's figure. More is better for throughput, less for the others.</summary>
sealed record Ratio(string Contender, int Concurrency, Spread Throughput, Spread P50, Spread P99, Spread Cpu);
