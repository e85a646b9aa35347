using System.Globalization;
using System.Text;
using Exchange.Hammer.Contenders;
using Exchange.Hammer.Measurement;

namespace Exchange.Hammer.Results;

/// <summary>The report for people.</summary>
static class MarkdownReport
{
    public static string Write(Report report)
    {
        var text = new StringBuilder();
        Head(text, report);
        Who(text, report);
        Targets(text, report);
        Throughput(text, report);
        Sizes(text, report);
        Cpu(text, report);
        Open(text, report);
        Where(text, report);
        return text.ToString();
    }

    /// <summary>For the end of a run.</summary>
    public static string Short(Report report)
    {
        var text = new StringBuilder();
        Throughput(text, report);
        Targets(text, report);
        NotMeasured(text, report);
        return text.ToString();
    }

    static void Head(StringBuilder text, Report report)
    {
        var (machine, plan) = (report.Machine, report.Plan);
        Line(text, $"# Lookups through the exchange beside {string.Join(", ", report.Contenders.Where(one => !Lineup.Exchange.Contains(one.Id) && one.NotMeasured is null).Select(one => one.Name))}, {report.Began:yyyy-MM-dd}");
        Line(text, $"");
        Line(text, $"Commit `{machine.Commit}`. {machine.Cpu}, {machine.Cores} cores, Linux {machine.Kernel}, {machine.Dotnet}, {(machine.ServerGc ? "server" : "workstation")} GC;");
        Line(text, $"one durable write of 4 KiB takes {machine.FsyncMicroseconds:0} µs, one multiplication of a point {Tenths(report.Multiplication)} µs. Load average {report.LoadBefore:0.0} before the run, {report.LoadAfter:0.0} after it: {(report.LoadBefore > machine.Cores / 2.0 ? "others were using the machine, so trust the ratios and the CPU, not the absolute figures" : "the machine was otherwise quiet")}.");
        Line(text, $"");
        Line(text, $"{plan.Rounds} rounds of {plan.Length.TotalSeconds:0} s a cell after {plan.WarmUp.TotalSeconds:0} s of warm-up, contenders taking turns, {plan.Connections} connections each, {plan.People} residents.");
        Line(text, $"Figures are medians of the rounds, lowest and highest in brackets. Every answer's content was checked, and every answer was right.");
        Line(text, $"All processes share these cores with the load generator, which contains the requester. \"Times T0\" compares within each round.");
        Line(text, $"");
        Line(text, $"![throughput against latency, and CPU by process](figures.svg)");
        Line(text, $"");
    }

    static void Who(StringBuilder text, Report report)
    {
        foreach (var one in report.Contenders)
            Line(text, $"- **{one.Name}**: {one.What}.{(one.Version is null ? "" : $" ({one.Version})")}");
        Line(text, $"");
        NotMeasured(text, report);
    }

    static void NotMeasured(StringBuilder text, Report report)
    {
        foreach (var one in report.Contenders.Where(one => one.NotMeasured is not null))
        {
            Line(text, $"**Not measured: {one.Name}**: {one.NotMeasured!.ReplaceLineEndings(" / ")}");
            Line(text, $"");
        }
        foreach (var one in report.TooFew)
        {
            Line(text, $"**No figure of {one}**");
            Line(text, $"");
        }
    }

    static void Targets(StringBuilder text, Report report)
    {
        Line(text, $"## Targets");
        Line(text, $"");
        Line(text, $"| | what | found | wanted | met |");
        Line(text, $"|---|---|---|---|---|");
        foreach (var (id, one) in report.Targets)
            Line(text, $"| {id} | {one.What} | {string.Join("; ", one.Value.Where(value => value.Value is not null).Select(value => FormattableString.Invariant($"{value.Key}: {value.Value:#,0.##}")))} | {one.Target} | {(one.Met is { } met ? met ? "yes" : "**no**" : "not measured")} |");
        Line(text, $"");
        foreach (var one in report.Merged.Results)
            Line(text, $"- {one.Verb} of {one.Began:yyyy-MM-dd HH:mm} ({one.Name}): {(one.NotUsed is null ? "its figures stand above" : $"**not used**, {one.NotUsed}")}.");
        if (report.Merged.Results.Count > 0)
            Line(text, $"");
    }

    static void Throughput(StringBuilder text, Report report)
    {
        Line(text, $"## As fast as it goes (closed loop)");
        Line(text, $"");
        Line(text, $"| at once | contender | answers/s | times T0 | p50 µs | times T0 | p99 µs | p99.9 µs |");
        Line(text, $"|---:|---|---:|---:|---:|---:|---:|---:|");
        foreach (var cell in OfFirstSize(report))
        {
            var ratio = report.RatioOf(cell);
            Line(text, $"| {cell.Concurrency} | {cell.Contender} | {Whole(cell.PerSecond)} | {Times(ratio?.Throughput)} | {Whole(cell.P50)} | {Times(ratio?.P50)} | {Whole(cell.P99)} | {Whole(cell.P999)} |");
        }
        Line(text, $"");
    }

    static void Sizes(StringBuilder text, Report report)
    {
        Line(text, $"## By the size of an answer ({report.Plan.MiddleConcurrency} at once)");
        Line(text, $"");
        Line(text, $"The exchange pads every answer to the size that its data set declares, so it is asked the data set that comes nearest, and not measured where that has less than half of what is wanted: larger records travel in pages. T6 is measured with the first size alone.");
        Line(text, $"");
        Line(text, $"| size | contender | what came back | answers/s | times T0 | p50 µs | CPU together µs |");
        Line(text, $"|---:|---|---|---:|---:|---:|---:|");
        foreach (var cell in report.Closed.Where(cell => cell.Concurrency == report.Plan.MiddleConcurrency))
            Line(text, $"| {cell.Size} B | {cell.Contender} | {cell.Asked} | {Whole(cell.PerSecond)} | {Times(report.RatioOf(cell)?.Throughput)} | {Whole(cell.P50)} | {Tenths(cell.TotalCpu)} |");
        Line(text, $"");
    }

    static void Cpu(StringBuilder text, Report report)
    {
        Line(text, $"## CPU per lookup, µs");
        Line(text, $"");
        Line(text, $"The middle is the hub, or the proxy in its place; the requester is in the generator's process but for T6, whose adapter has one of its own.");
        Line(text, $"");
        Line(text, $"| at once | contender | middle | provider | adapter | generator | together | times T0 | hub allocates, B |");
        Line(text, $"|---:|---|---:|---:|---:|---:|---:|---:|---:|");
        foreach (var cell in OfFirstSize(report))
            Line(text, $"| {cell.Concurrency} | {cell.Contender} | {Tenths(cell.HubCpu)} | {Tenths(cell.ProviderCpu)} | {Tenths(cell.AdapterCpu)} | {Tenths(cell.GeneratorCpu)} | {Tenths(cell.TotalCpu)} | {Times(report.RatioOf(cell)?.Cpu)} | {Whole(cell.HubAllocated)} |");
        Line(text, $"");
    }

    static void Open(StringBuilder text, Report report)
    {
        if (report.Open.Count == 0)
            return;
        Line(text, $"## At half of that (open loop)");
        Line(text, $"");
        Line(text, $"Questions arrive in a group each millisecond, whatever is still unanswered; latency counts from the moment a question should have left.");
        Line(text, $"Each contender is offered half of its closed-loop median with {report.Plan.MiddleConcurrency} at once, T0 also what the WARM exchange is offered.");
        Line(text, $"");
        Line(text, $"| contender | offered/s | answers/s | p50 µs | p99 µs | p99.9 µs | CPU together µs |");
        Line(text, $"|---|---:|---:|---:|---:|---:|---:|");
        foreach (var cell in report.Open)
            Line(text, $"| {cell.Contender} | {cell.OfferedPerSecond:0} | {Whole(cell.PerSecond)} | {Whole(cell.P50)} | {Whole(cell.P99)} | {Whole(cell.P999)} | {Tenths(cell.TotalCpu)} |");
        Line(text, $"");
    }

    static void Where(StringBuilder text, Report report)
    {
        if (!report.Contenders.Any(one => Lineup.Exchange.Contains(one.Id)))
            return;
        Line(text, $"## Where we lose, and what holds it");
        Line(text, $"");
        foreach (var cell in OfFirstSize(report).Where(cell => Lineup.Exchange.Contains(cell.Id)))
            Line(text, $"- {cell.Contender}, {cell.Concurrency} at once: {Verdict(report.RatioOf(cell))}");
        Line(text, $"");
        if (!report.Plan.IsWhole)
            return;
        Line(text, $"Stages below are medians of their own, so their shares do not add up to the whole. A load with fewer than {Stages.Fewest} traces recorded in full has no table.");
        foreach (var stages in report.Stages)
        {
            Line(text, $"");
            Line(text, $"{stages.Contender}, {stages.Concurrency} at once: median {stages.Whole:0} µs over {stages.Traces} recorded lookups. Waiting for a free core counts as part of the stage it happens in.");
            Line(text, $"");
            Line(text, $"| stage | median µs | share |");
            Line(text, $"|---|---:|---:|");
            foreach (var part in stages.Parts)
                Line(text, $"| {part.Name}{(part == stages.Parts.MaxBy(one => one.Microseconds) ? " **(holds most)**" : "")} | {part.Microseconds:0.0} | {part.Microseconds / stages.Whole:P0} |");
        }
    }

    static IEnumerable<Cell> OfFirstSize(Report report) => report.Closed.Where(cell => cell.Size == report.Plan.Sizes[0]);

    static string Verdict(Ratio? ratio)
    {
        if (ratio is null)
            return "there is no figure of the direct call.";
        var throughput = ratio.Throughput.Median < 1
            ? $"**{ratio.Throughput.Median:0.00} of the direct call's throughput**"
            : $"{ratio.Throughput.Median:0.00} times the direct call's throughput";
        return string.Create(CultureInfo.InvariantCulture, $"{throughput}, {ratio.P50.Median:0.0} times its median latency{(ratio.Cpu is null ? "" : string.Create(CultureInfo.InvariantCulture, $", {ratio.Cpu.Median:0.0} times its CPU"))}.");
    }

    static string Whole(Spread? spread) => spread is null ? "" : string.Create(CultureInfo.InvariantCulture, $"{spread.Median:#,0} ({spread.Min:#,0}-{spread.Max:#,0})");

    static string Tenths(Spread? spread) => spread is null ? "" : string.Create(CultureInfo.InvariantCulture, $"{spread.Median:0.0} ({spread.Min:0.0}-{spread.Max:0.0})");

    static string Times(Spread? spread) => spread is null ? "" : string.Create(CultureInfo.InvariantCulture, $"{spread.Median:0.00} ({spread.Min:0.00}-{spread.Max:0.00})");

    static void Line(StringBuilder text, FormattableString line) => text.Append(FormattableString.Invariant(line)).Append('\n');
}
