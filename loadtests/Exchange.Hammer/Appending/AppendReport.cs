using System.Text;
using Exchange.Hammer.Measurement;
using Exchange.Hammer.Results;

namespace Exchange.Hammer.Appending;

/// <summary>The measurement for people, and for programs.</summary>
static class AppendReport
{
    public static void Save(string folder, AppendFigures figures) => ResultFiles.Save(folder, figures, Write(figures));

    public static string Write(AppendFigures figures)
    {
        var text = new StringBuilder();
        var (machine, plan) = (figures.Machine, figures.Plan);
        Line(text, $"# Durable entries of the audit log");
        Line(text, $"");
        Line(text, $"Commit `{machine.Commit}`. {machine.Cpu}, {machine.Cores} cores, Linux {machine.Kernel}, {machine.Dotnet}; one durable write of 4 KiB takes {machine.FsyncMicroseconds:0} µs. Load average {figures.Load:0.0} before the run.");
        Line(text, $"{plan.Rounds} rounds of {plan.Length.TotalSeconds:0} s a cell, taking turns; medians, lowest and highest in brackets. An entry is that of an answered lookup; who waits gets its receipt once the disk has it. The log had {figures.Entries:#,0} entries in the end.");
        Line(text, $"");
        Line(text, $"| | entries/s | p50 µs | p99 µs | p99.9 µs | CPU µs an entry |");
        Line(text, $"|---|---:|---:|---:|---:|---:|");
        foreach (var cell in figures.Cells)
            Line(text, $"| {cell.Name} | {Whole(cell.PerSecond)} | {Whole(cell.P50)} | {Whole(cell.P99)} | {Whole(cell.P999)} | {cell.Cpu.Median:0.0} |");
        Line(text, $"");
        var (best, offered) = (figures.Best, figures.Offered);
        Line(text, $"- Most: **{best.PerSecond.Median:#,0} entries/s** ({best.Name}): all that wait share a commit. {figures.Cells[0].Name}, does {figures.Cells[0].PerSecond.Median:#,0}. Wanted on two cores: {Targets.EntriesPerSecond:#,0}; {Markdown.Met(best.PerSecond.Median >= Targets.EntriesPerSecond)}.");
        Line(text, $"- {offered.Name}: p99 {offered.P99.Median:#,0} µs. Wanted: at most two syncs and {Targets.BeyondWritesMilliseconds} ms, {2 * machine.FsyncMicroseconds + Targets.BeyondWritesMilliseconds * 1000:#,0} µs; {Markdown.Met(figures.BeyondWrites <= Targets.BeyondWritesMilliseconds)}.");
        Line(text, $"");
        Line(text, $"Latencies of SQLite alone are those of its commits. In the open loop a group of entries comes each millisecond, whatever still waits, and latency counts from the moment it should have come.");
        return text.ToString();
    }

    static string Whole(Spread spread) => FormattableString.Invariant($"{spread.Median:#,0} ({spread.Min:#,0}-{spread.Max:#,0})");

    static void Line(StringBuilder text, FormattableString line) => text.Append(FormattableString.Invariant(line)).Append('\n');
}
