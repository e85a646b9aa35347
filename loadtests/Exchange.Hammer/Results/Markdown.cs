using System.Text;
using Exchange.Hammer.Machine;
using Exchange.Hammer.Measurement;

namespace Exchange.Hammer.Results;

/// <summary>A report of one verb, line by line, with the machine at its head.</summary>
sealed class Markdown
{
    readonly StringBuilder text = new();

    public Markdown(string title, MachineFacts machine, double load)
    {
        Line($"# {title}");
        Line($"");
        Line($"Commit `{machine.Commit}`. {machine.Cpu}, {machine.Cores} cores, Linux {machine.Kernel}, {machine.Dotnet}; one durable write of 4 KiB takes {machine.FsyncMicroseconds:0} µs. Load average {load:0.0} before the run{(load > machine.Cores / 2.0 ? ": others were using the machine, so trust the ratios, not the absolute figures" : "")}.");
        Line($"");
    }

    public void Line(FormattableString line) => text.Append(FormattableString.Invariant(line)).Append('\n');

    public static string Whole(Spread spread) => FormattableString.Invariant($"{spread.Median:#,0} ({spread.Min:#,0}-{spread.Max:#,0})");

    public static string Tenths(Spread spread) => FormattableString.Invariant($"{spread.Median:0.0} ({spread.Min:0.0} to {spread.Max:0.0})");

    public static string Met(bool isMet) => isMet ? "reached" : "**missed**";

    public override string ToString() => text.ToString();
}
