using Exchange.Hammer.Results;

namespace Exchange.Hammer.Curves;

/// <summary>The measurement for people.</summary>
static class CurvesReport
{
    public static string Write(CurvesFigures figures)
    {
        var plan = figures.Plan;
        var text = new Markdown("What a lookup costs as there is more of everything", figures.Machine, figures.Load);
        text.Line($"WARM lookups, {plan.Concurrency} at once, {plan.Rounds} rounds of {plan.Length.TotalSeconds:0.##} s a point after {plan.WarmUp.TotalSeconds:0} s of warm-up. Each point is an exchange of its own; those of a curve are up at the same time and take turns. Medians, lowest and highest in brackets. Every answer was checked. Start and memory were read once, before any load: private memory as the start left it, and live memory as a full collection left it.");
        text.Line($"");
        text.Line($"![each curve against its smallest point]({CurvesFigure.File})");
        foreach (var curve in figures.Curves)
            Write(text, curve, Curve.All.First(one => one.Name == curve.Name));
        return text.ToString();
    }

    static void Write(Markdown text, CurveFigures figures, Curve curve)
    {
        text.Line($"");
        text.Line($"## {curve.Name}");
        text.Line($"");
        text.Line($"So many {curve.What}. {curve.Known}");
        text.Line($"");
        text.Line($"| | answers/s | hub CPU µs | p50 µs | p99 µs | hub's start, s | hub, private MB | hub, live MB | adapter's start, s | adapter, private MB | adapter, live MB |");
        text.Line($"|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
        foreach (var point in figures.Points)
            text.Line($"| {point.Size:#,0} | {Markdown.Whole(point.PerSecond)} | {Markdown.Tenths(point.HubCpu)} | {Markdown.Whole(point.P50)} | {Markdown.Whole(point.P99)} | {point.Start.HubSeconds:0.0} | {point.Start.HubMegabytes:0} | {point.HubLive:0} | {point.Start.AdapterSeconds:0.0} | {point.Start.AdapterMegabytes:0} | {point.AdapterLive:0} |");
        text.Line($"");
        foreach (var missing in figures.Missing)
            text.Line($"- **{missing.Size:#,0} could not be measured**: {missing.Why.ReplaceLineEndings(" / ")}");
        foreach (var growth in figures.Growth)
            text.Line($"- {growth.What}: {growth.Words}; {growth.Ratio.Median:0.00} times ({growth.Ratio.Min:0.00} to {growth.Ratio.Max:0.00}) from the smallest to the largest.");
    }
}
