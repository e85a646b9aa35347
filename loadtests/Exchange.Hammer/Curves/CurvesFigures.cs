using Exchange.Hammer.Machine;
using Exchange.Hammer.Measurement;
using Exchange.Hammer.Parties;
using Exchange.Hammer.Results;

namespace Exchange.Hammer.Curves;

/// <summary>What a lookup costs as there is more of everything.</summary>
/// <param name="Load">Load average before the run.</param>
sealed record CurvesFigures(DateTimeOffset Began, MachineFacts Machine, double Load, CurvesPlan Plan, IReadOnlyList<CurveFigures> Curves) : IMeasured
{
    public const string Name = "curves";

    public string Verb { get; } = Name;

    public string? Shortcoming =>
        Plan.IsQuick ? "the largest points were left out"
        : Curves.Count < Curve.All.Count ? FormattableString.Invariant($"it has {Curves.Count} of {Curve.All.Count} curves")
        : Plan.Rounds < CurvesPlan.WantedRounds || Plan.Length < CurvesPlan.WantedLength ? FormattableString.Invariant($"{CurvesPlan.WantedRounds} rounds of {CurvesPlan.WantedLength.TotalSeconds:0} s are wanted")
        : Curves.SelectMany(one => one.Missing).FirstOrDefault() is { } missing ? $"{missing.Size} could not be measured"
        : null;
}

/// <param name="Name">One of <see cref="Curve.All"/>.</param>
/// <param name="Points">At least one, the smallest first.</param>
/// <param name="Missing">Sizes that nobody took.</param>
sealed record CurveFigures(string Name, IReadOnlyList<CurvePoint> Points, IReadOnlyList<MissingPoint> Missing)
{
    /// <summary>Read once, and ten times a second: less is not seen.</summary>
    const double Seconds = 0.2;

    /// <summary>By how much two processes differ that do the same.</summary>
    const double Megabytes = 5;

    /// <summary>From the smallest point to the largest; none with one point.</summary>
    public IReadOnlyList<Growth> Growth => Points.Count < 2 ? [] : [.. Rows.OfType<Growth>()];

    IEnumerable<Growth?> Rows =>
    [
        OfRounds("answers a second", round => round.PerSecond),
        OfRounds("hub CPU", round => round.HubCpu!.Value),
        OfRounds("provider CPU", round => round.ProviderCpu),
        OfRounds("p50", round => round.P50),
        OfRounds("p99", round => round.P99),
        OfStart("start of the hub", point => point.Start.HubSeconds, Seconds),
        OfStart("start of the provider's adapter", point => point.Start.AdapterSeconds, Seconds),
        OfStart("private memory of the hub", point => point.Start.HubMegabytes, Megabytes),
        OfStart("live memory of the hub", point => point.HubLive, Megabytes),
        OfStart("private memory of the provider's adapter", point => point.Start.AdapterMegabytes, Megabytes),
        OfStart("live memory of the provider's adapter", point => point.AdapterLive, Megabytes),
    ];

    double Tenfolds => Math.Log10(Points[^1].Size / (double)Points[0].Size);

    Growth OfRounds(string what, Func<Round, double> figure) => new(
        what, Spread.Of(Points[^1].Rounds.Zip(Points[0].Rounds, (last, first) => figure(last) / figure(first))), Tenfolds, IsMeasurable: true);

    /// <returns>Null where the figure was not taken.</returns>
    Growth? OfStart(string what, Func<CurvePoint, double?> figure, double least) =>
        figure(Points[0]) is { } first && figure(Points[^1]) is { } last && first > 0
            ? new Growth(what, Spread.Of([last / first]), Tenfolds, Math.Abs(last - first) > least)
            : null;
}

/// <param name="Start">Before any load.</param>
/// <param name="HubLive">Megabytes of 1,000,000 bytes that a full collection left of the hub's heap then; null when it did not say.</param>
/// <param name="AdapterLive">And of the provider's adapter.</param>
sealed record CurvePoint(int Size, StartUp Start, double? HubLive, double? AdapterLive, IReadOnlyList<Round> Rounds)
{
    public Spread PerSecond => Spread.Of(Rounds.Select(round => round.PerSecond));

    public Spread HubCpu => Spread.Of(Rounds.Select(round => round.HubCpu!.Value));

    public Spread P50 => Spread.Of(Rounds.Select(round => round.P50));

    public Spread P99 => Spread.Of(Rounds.Select(round => round.P99));
}

/// <param name="Why">In the words of whoever did not take it.</param>
sealed record MissingPoint(int Size, string Why);
