using Exchange.Hammer.Results;

namespace Exchange.Hammer.Soak;

/// <summary>The measurement for people.</summary>
static class SoakReport
{
    public static string Write(SoakFigures figures)
    {
        var plan = figures.Plan;
        var (first, last) = (figures.Samples[0], figures.Samples[^1]);
        var text = new Markdown("The hub under a load that does not end", figures.Machine, figures.Load);
        text.Line($"{plan.Concurrency} asked at once for {last.Seconds / 60:0.0} minutes after {plan.WarmUp.TotalSeconds:0} s of warm-up, all WARM: {last.Lookups:#,0} lookups, {Markdown.Whole(figures.PerSecond)} a second. Every answer's content was checked, and every answer was right.");
        text.Line($"After each {plan.Every.TotalSeconds:0.##} s of load the hub's private memory was read; then it collected its whole heap, and what was left is its live memory.");
        text.Line($"");
        text.Line($"![memory and throughput over time]({SoakFigure.File})");
        text.Line($"");
        text.Line($"| | before | after | highest |");
        text.Line($"|---|---:|---:|---:|");
        text.Line($"| private memory, MB | {first.Private / 1e6:0.0} | {last.Private / 1e6:0.0} | {figures.Samples.Max(one => one.Private) / 1e6:0.0} |");
        text.Line($"| live memory, MB | {first.Heap / 1e6:0.00} | {last.Heap / 1e6:0.00} | {figures.Samples.Max(one => one.Heap) / 1e6:0.00} |");
        text.Line($"");
        if (figures.Allocated is { } allocated)
            text.Line($"- Allocated in the hub: **{Markdown.Whole(allocated)} bytes a lookup**. Wanted with 128 at once: at most {Targets.AllocatedBytes:#,0}; {Markdown.Met(allocated.Median <= Targets.AllocatedBytes)}.");
        if (figures is { Growth: { } growth, LateGrowth: { } late, GrowsSteadily: { } grows })
        {
            text.Line($"- Live memory grew by **{growth.Slope:#,0.0} bytes for 1,000 lookups** ({growth.Low:#,0.0} to {growth.High:#,0.0} with 95 %), in the second half by {late.Slope:#,0.0} ({late.Low:#,0.0} to {late.High:#,0.0}). At this run's pace the first is {growth.Slope / 1000 * figures.PerSecond.Median * 86_400 / 1e6:#,0.0} MB a day.");
            text.Line($"- It {(grows ? FormattableString.Invariant($"**grows steadily**, surely by {figures.SteadyGrowth:#,0.0} bytes for 1,000 lookups: both slopes lie above zero") : "**does not grow steadily**: one of the two slopes, or both, may be zero or below")}. What fills up comes to an end, and its second half is flat; what leaks goes on.");
        }
        else
            text.Line($"- Whether live memory grows cannot be told: the hub did not say what a collection left, or too few readings were taken.");
        return text.ToString();
    }
}
