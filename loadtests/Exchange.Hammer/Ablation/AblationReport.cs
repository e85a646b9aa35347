using Exchange.Hammer.Measurement;
using Exchange.Hammer.Results;

namespace Exchange.Hammer.Ablation;

/// <summary>The measurement for people.</summary>
static class AblationReport
{
    public static string Write(AblationFigures figures)
    {
        var plan = figures.Plan;
        var text = new Markdown("What each stage of a lookup costs", figures.Machine, figures.Load);
        text.Line($"Stages are left out, and what is missing then is their cost. {plan.Rounds} rounds of {plan.Length.TotalSeconds:0.##} s a cell after {plan.WarmUp.TotalSeconds:0.##} s of warm-up, the rungs taking turns; medians, lowest and highest in brackets. Every answer's content was checked, and every answer was right.");
        text.Line($"");
        text.Line($"![CPU of a lookup and throughput, rung by rung]({AblationFigure.File})");
        text.Line($"");
        foreach (var id in Rungs.All)
            text.Line($"- **{id}**: {Rungs.What(id)}.{(figures.NotMeasured.TryGetValue(id, out var why) ? $" **Not measured**: {why}." : "")}");
        foreach (var concurrency in plan.Concurrency)
            Cells(text, figures, concurrency);
        Tracing(text, figures);
        Notes(text);
        return text.ToString();
    }

    static void Cells(Markdown text, AblationFigures figures, int concurrency)
    {
        text.Line($"");
        text.Line($"## {concurrency} at once, CPU a lookup in µs");
        text.Line($"");
        text.Line($"| rung | answers/s | p50 µs | generator with requester | middle | provider | together | stage | it adds | of throughput is left |");
        text.Line($"|---|---:|---:|---:|---:|---:|---:|---|---:|---:|");
        foreach (var cell in figures.Cells.Where(one => one.Concurrency == concurrency))
        {
            var before = Before(figures, cell);
            text.Line($"| {cell.Rung} | {Markdown.Whole(cell.PerSecond)} | {Markdown.Whole(cell.P50)} | {cell.Generator.Median:0.0} | {cell.Middle.Median:0.0} | {cell.Provider.Median:0.0} | {Markdown.Tenths(cell.Together)} | {Rungs.Stage(cell.Rung)}{(before is null || before.Rung == Rungs.Before(cell.Rung) ? "" : $", from {before.Rung}")} | {(before is null ? "" : Markdown.Tenths(Beside(cell, before, (one, other) => one.Together - other.Together)))} | {(before is null ? "" : Hundredths(Beside(cell, before, (one, other) => one.PerSecond / other.PerSecond)))} |");
        }
    }

    static void Tracing(Markdown text, AblationFigures figures)
    {
        text.Line($"");
        text.Line($"## Tracing");
        text.Line($"");
        text.Line($"Without traces (`telemetry: {{ traces: false }}` in the hub and in both adapters) no span is made and no context travels; metrics stay. Spans go to a sink that counts bytes and spans and keeps nothing. It is in the process that leads the run, on the same cores, and is in none of the sums above.");
        text.Line($"");
        text.Line($"| rung | at once | spans exported a lookup | bytes | sink, CPU µs a lookup |");
        text.Line($"|---|---:|---:|---:|---:|");
        foreach (var cell in figures.Cells.Where(one => one.Rung is Rungs.Durable or Rungs.Shipped or Rungs.Recorded))
            text.Line($"| {cell.Rung} | {cell.Concurrency} | {cell.Spans.Median:0.000} | {cell.Bytes.Median:#,0} | {cell.Sink.Median:0.0} |");
        text.Line($"");
        text.Line($"A batch leaves when it is full or 5 s old, so some spans are counted in the next round, whosever it is, and what a full queue drops is never exported. The bytes are those of metrics and log lines too.");
        text.Line($"");
        if (figures is not { Shipped: { } shipped, Recorded: { } recorded })
            return;
        text.Line($"- As it ships: **{Hundredths(shipped)}** of the throughput without traces, {AblationPlan.JudgedConcurrency} at once. Wanted: {Targets.ShippedTracing}; {Markdown.Met(shipped.Median >= Targets.ShippedTracing)}.");
        text.Line($"- Every trace recorded: **{Hundredths(recorded)}**. Wanted: {Targets.AllTracing}; {Markdown.Met(recorded.Median >= Targets.AllTracing)}.");
    }

    static void Notes(Markdown text)
    {
        text.Line($"");
        text.Line($"## What cannot be left out");
        text.Line($"");
        text.Line($"There is no switch for policy, sealing, journals or the log, so they are one stage here. `dotnet run -c Release --project loadtests/Exchange.Benchmarks` has their shares: `PolicyDeciding` and `HeaderReading` (the hub's decision), `HandleSealing`, `Asking` and `Answering` (sealing at both ends), `RowSealing` (a journal's row), `AuditAppending` and `TreeHashing` (the log), `Blinding` and `Translating` (COLD), `Framing` (connections).");
        text.Line($"The relay's items are smaller than the exchange's: they have no header, commitment, grant or receipt. What those take in the connections counts into the same stage.");
    }

    /// <summary>The nearest rung before it that was measured.</summary>
    static AblationCell? Before(AblationFigures figures, AblationCell cell)
    {
        for (var id = Rungs.Before(cell.Rung); id is not null; id = Rungs.Before(id))
            if (figures.At(id, cell.Concurrency) is { } before)
                return before;
        return null;
    }

    static Spread Beside(AblationCell cell, AblationCell before, Func<AblationRound, AblationRound, double> figure) => Spread.Of(cell.Rounds.Zip(before.Rounds, figure));

    static string Hundredths(Spread spread) => FormattableString.Invariant($"{spread.Median:0.00} ({spread.Min:0.00}-{spread.Max:0.00})");
}
