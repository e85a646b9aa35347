using System.Globalization;
using System.Text;
using Exchange.Hammer.Measurement;

namespace Exchange.Hammer.Results;

/// <summary>The report for people.</summary>
static class MarkdownReport
{
    public static string Write(Report report)
    {
        var text = new StringBuilder();
        Head(text, report);
        Throughput(text, report);
        Cpu(text, report);
        Open(text, report);
        Where(text, report);
        return text.ToString();
    }

    static void Head(StringBuilder text, Report report)
    {
        var (machine, plan) = (report.Machine, report.Plan);
        Line(text, $"# WARM and COLD lookups beside a direct call, {report.Began:yyyy-MM-dd}");
        Line(text, $"");
        Line(text, $"Commit `{machine.Commit}`. {machine.Cpu}, {machine.Cores} cores, Linux {machine.Kernel}, {machine.Dotnet}, {(machine.ServerGc ? "server" : "workstation")} GC in this process;");
        Line(text, $"one durable write of 4 KiB takes {machine.FsyncMicroseconds:0} µs. Load average {report.LoadBefore:0.0} before the run, {report.LoadAfter:0.0} after it: {(report.LoadBefore > machine.Cores / 2.0 ? "others were using the machine, so trust the ratios and the CPU, not the absolute figures" : "the machine was otherwise quiet")}.");
        Line(text, $"");
        Line(text, $"{plan.Rounds} rounds of {plan.Length.TotalSeconds:0} s a cell after {plan.WarmUp.TotalSeconds:0} s of warm-up, contenders taking turns, {plan.Connections} connections each, {plan.People} residents.");
        Line(text, $"Figures are medians of the rounds, lowest and highest in brackets. Every answer's content was checked, and every answer was right.");
        Line(text, $"");
        Line(text, $"- **T0 direct**: requester calls provider, unary gRPC over mTLS 1.3, the same certificates and sizes, a record from memory. No policy, quota, sealing, journals or log.");
        Line(text, $"- **T5 exchange**: requester's adapter runtime, hub and provider's adapter as they ship: mTLS 1.3, matrix, quota, answers sealed end to end, both journals, the audit entry durable before release, 1 % of traces recorded and exported.");
        Line(text, $"  WARM uses a handle of an earlier answer; COLD drops it before each lookup, so requester, hub and provider multiply a point each. The provider reads records through its cache.");
        Line(text, $"");
        Line(text, $"All processes share these cores with the load generator, which contains the requester. \"Times T0\" compares within each round.");
        Line(text, $"");
        Line(text, $"![throughput, latency and CPU](figures.svg)");
        Line(text, $"");
    }

    static void Throughput(StringBuilder text, Report report)
    {
        Line(text, $"## As fast as it goes (closed loop)");
        Line(text, $"");
        Line(text, $"| at once | contender | answers/s | times T0 | p50 µs | times T0 | p99 µs | p99.9 µs |");
        Line(text, $"|---:|---|---:|---:|---:|---:|---:|---:|");
        foreach (var cell in report.Closed)
        {
            var ratio = report.Ratios.FirstOrDefault(one => one.Contender == cell.Contender && one.Concurrency == cell.Concurrency);
            Line(text, $"| {cell.Concurrency} | {cell.Contender} | {Whole(cell.PerSecond)} | {Times(ratio?.Throughput)} | {Whole(cell.P50)} | {Times(ratio?.P50)} | {Whole(cell.P99)} | {Whole(cell.P999)} |");
        }
        Line(text, $"");
    }

    static void Cpu(StringBuilder text, Report report)
    {
        Line(text, $"## CPU per lookup, µs");
        Line(text, $"");
        Line(text, $"| at once | contender | hub | provider | requester and generator | together | times T0 | hub allocates, B |");
        Line(text, $"|---:|---|---:|---:|---:|---:|---:|---:|");
        foreach (var cell in report.Closed)
        {
            var ratio = report.Ratios.FirstOrDefault(one => one.Contender == cell.Contender && one.Concurrency == cell.Concurrency);
            Line(text, $"| {cell.Concurrency} | {cell.Contender} | {Tenths(cell.HubCpu)} | {Tenths(cell.ProviderCpu)} | {Tenths(cell.GeneratorCpu)} | {Tenths(cell.TotalCpu)} | {Times(ratio?.Cpu)} | {Whole(cell.HubAllocated)} |");
        }
        Line(text, $"");
    }

    static void Open(StringBuilder text, Report report)
    {
        Line(text, $"## At half of that (open loop)");
        Line(text, $"");
        Line(text, $"Questions arrive in a group each millisecond, whatever is still unanswered; latency counts from the moment a question should have left.");
        Line(text, $"Each contender is offered half of its closed-loop median with {report.Plan.OpenLoopConcurrency} at once, T0 also what the WARM exchange is offered.");
        Line(text, $"");
        Line(text, $"| contender | offered/s | answers/s | p50 µs | p99 µs | p99.9 µs | CPU together µs |");
        Line(text, $"|---|---:|---:|---:|---:|---:|---:|");
        foreach (var cell in report.Open)
            Line(text, $"| {cell.Contender} | {cell.OfferedPerSecond:0} | {Whole(cell.PerSecond)} | {Whole(cell.P50)} | {Whole(cell.P99)} | {Whole(cell.P999)} | {Tenths(cell.TotalCpu)} |");
        Line(text, $"");
    }

    static void Where(StringBuilder text, Report report)
    {
        Line(text, $"## Where we lose, and what holds it");
        Line(text, $"");
        foreach (var ratio in report.Ratios)
            Line(text, $"- {ratio.Contender}, {ratio.Concurrency} at once: {Verdict(ratio)}");
        Line(text, $"");
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

    static string Verdict(Ratio ratio)
    {
        var throughput = ratio.Throughput.Median < 1
            ? $"**{ratio.Throughput.Median:0.00} of the direct call's throughput**"
            : $"{ratio.Throughput.Median:0.00} times the direct call's throughput";
        return string.Create(CultureInfo.InvariantCulture, $"{throughput}, {ratio.P50.Median:0.0} times its median latency, {ratio.Cpu.Median:0.0} times its CPU.");
    }

    static string Whole(Spread? spread) => spread is null ? "" : string.Create(CultureInfo.InvariantCulture, $"{spread.Median:#,0} ({spread.Min:#,0}-{spread.Max:#,0})");

    static string Tenths(Spread? spread) => spread is null ? "" : string.Create(CultureInfo.InvariantCulture, $"{spread.Median:0.0} ({spread.Min:0.0}-{spread.Max:0.0})");

    static string Times(Spread? spread) => spread is null ? "" : string.Create(CultureInfo.InvariantCulture, $"{spread.Median:0.00} ({spread.Min:0.00}-{spread.Max:0.00})");

    static void Line(StringBuilder text, FormattableString line) => text.Append(FormattableString.Invariant(line)).Append('\n');
}
