using System.Text.Json;
using Exchange.Hammer.Ablation;
using Exchange.Hammer.Appending;
using Exchange.Hammer.Bulk;
using Exchange.Hammer.Connections;
using Exchange.Hammer.Contenders;
using Exchange.Hammer.Curves;
using Exchange.Hammer.Fairness;
using Exchange.Hammer.Kills;
using Exchange.Hammer.Machine;
using Exchange.Hammer.Offices;
using Exchange.Hammer.Results;
using Exchange.Hammer.Soak;

namespace Exchange.Hammer.Reporting;

/// <summary>How the figures of each verb are read back.</summary>
static class ResultKind
{
    static readonly Dictionary<string, Func<JsonElement, string, WrittenResult>> readers = new()
    {
        [AppendFigures.Name] = Of<AppendFigures>(AppendReport.Write,
            one => FormattableString.Invariant($"{one.Best.PerSecond.Median:#,0} entries/s; p99 {one.Offered.P99.Median / 1000:0.0} ms with {one.Plan.PerSecond:#,0} offered")),
        [ConnectionsFigures.Name] = Of<ConnectionsFigures>(ConnectionsReport.Write,
            one => FormattableString.Invariant($"{one.PrivateEach / 1e3:0.0} KB for each of {one.Plan.Connections:#,0}; others' p99 raised by {one.Raised.Median:0.0} %")),
        [SoakFigures.Name] = Of<SoakFigures>(SoakReport.Write,
            one => FormattableString.Invariant($"{one.PerSecond.Median:#,0} lookups/s for {one.Samples[^1].Seconds / 60:0.0} min; {one.Allocated?.Median:#,0} B each; {one.GrowsSteadily switch { true => "**grows**", false => "does not grow", null => "growth not told" }}"),
            SoakFigure.File, SoakFigure.Draw),
        [BulkFigures.Name] = Of<BulkFigures>(BulkReport.Write,
            one => FormattableString.Invariant($"{one.PerSecond:#,0} people/s; {one.TimesBound:0.00} times the bound")),
        [AblationFigures.Name] = Of<AblationFigures>(AblationReport.Write,
            one => FormattableString.Invariant($"of the throughput without traces: {one.Shipped?.Median:0.00} as it ships, {one.Recorded?.Median:0.00} with all recorded"),
            AblationFigure.File, AblationFigure.Draw),
        [OfficesFigures.Name] = Of<OfficesFigures>(OfficesReport.Write,
            one => string.Join("; ", one.Scenes.Select(scene => FormattableString.Invariant($"{scene.Scenario} p99 {scene.Stretch.P99 / 1000:0} ms"))),
            OfficesFigure.File, OfficesFigure.Draw),
        [CurvesFigures.Name] = Of<CurvesFigures>(CurvesReport.Write,
            one => string.Join("; ", one.Curves.Where(curve => curve.Growth.Count > 0).Select(curve => FormattableString.Invariant($"{curve.Name}: {curve.Growth[0].Ratio.Median:0.00} of the answers/s from {curve.Points[0].Size:#,0} to {curve.Points[^1].Size:#,0}"))),
            CurvesFigure.File, CurvesFigure.Draw),
        [FairnessFigures.Name] = Of<FairnessFigures>(FairnessReport.Write,
            one => FormattableString.Invariant($"p99 raised by {string.Join(", ", one.Aggressors.Select(aggressor => FormattableString.Invariant($"{aggressor.Name} {aggressor.Raised.Median:0.0} %")))}")),
    };

    public static string Verbs => string.Join(", ", ["compare", "run", "kills", .. readers.Keys]);

    /// <param name="folder">Of the figures.</param>
    /// <returns>Null when they are of none of these verbs.</returns>
    /// <exception cref="JsonException">They are of an earlier form, or damaged.</exception>
    public static WrittenResult? Read(JsonElement figures, string folder) =>
        figures.ValueKind != JsonValueKind.Object ? null
        : figures.TryGetProperty("verb", out var verb) ? verb.ValueKind == JsonValueKind.String && readers.TryGetValue(verb.GetString()!, out var read) ? read(figures, folder) : null
        : figures.TryGetProperty("drill", out var drill) ? Kills(figures, drill, folder)
        : figures.TryGetProperty("closed", out _) ? Compared(figures, folder)
        : null;

    static Func<JsonElement, string, WrittenResult> Of<T>(Func<T, string> write, Func<T, string> headline, string? plot = null, Func<T, string>? draw = null)
        where T : class, IMeasured => (json, folder) =>
        {
            var one = json.Deserialize<T>(ResultFiles.Json)!;
            return new WrittenResult(folder, one.Verb, one.Machine, one.Began, headline(one) + (one.Shortcoming is { } why ? $" ({why})" : ""), write(one), plot is null ? [] : [(plot, draw!(one))]);
        };

    static WrittenResult Kills(JsonElement figures, JsonElement drill, string folder)
    {
        var (one, machine) = (drill.Deserialize<KillFigures>(ResultFiles.Json)!, figures.GetProperty("machine").Deserialize<MachineFacts>(ResultFiles.Json)!);
        return new WrittenResult(folder, "kills", machine, null,
            FormattableString.Invariant($"{one.Plan.Times + one.DuringStart} kills, {one.Plan.Store}: {one.Answers:#,0} answers; {(one.IsGood ? "nothing lost" : "**something is wrong**")}"), KillReport.Write(one, machine), []);
    }

    /// <summary>Results that were merged are looked for beside it.</summary>
    static WrittenResult Compared(JsonElement figures, string folder)
    {
        var report = figures.Deserialize<Report>(ResultFiles.Json)!;
        var mistakes = new List<string>();
        var merged = FoundResult.Read(report.Merged.Results.Select(one => Path.Combine(Path.GetDirectoryName(Path.GetFullPath(folder))!, one.Name)), mistakes);
        if (mistakes.Count > 0)
            throw new JsonException($"results that were merged are not beside it: {string.Join("; ", mistakes)}");
        report = report with { Merged = Merged.Of(merged, report.Commit) };
        var best = report.Closed.Where(cell => cell.Id == Lineup.Warm).MaxBy(cell => cell.PerSecond.Median);
        var verb = report.Plan.Contenders.All(Lineup.Run.Contains) ? "run" : "compare";
        return new WrittenResult(folder, verb, report.Machine, report.Began,
            best is null ? "no WARM lookups" : FormattableString.Invariant($"WARM {best.PerSecond.Median:#,0}/s at {best.Concurrency}, {report.RatioOf(best)?.Throughput.Median:0.00} of T0's; {report.Targets.Values.Count(one => one.Met == true)} of {report.Targets.Count} targets met"),
            MarkdownReport.Write(report), [("figures.svg", Figures.Draw(report))]);
    }
}

/// <summary>A result, read back and written anew.</summary>
/// <param name="Began">Null where it was not written down.</param>
/// <param name="Headline">For an overview.</param>
/// <param name="Plots">Name and content.</param>
sealed record WrittenResult(string Folder, string Verb, MachineFacts Machine, DateTimeOffset? Began, string Headline, string Readme, IReadOnlyList<(string Name, string Content)> Plots);
