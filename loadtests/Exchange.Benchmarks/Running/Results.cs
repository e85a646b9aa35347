using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Exchange.Hammer.Machine;

namespace Exchange.Benchmarks.Running;

/// <summary>Everything a run found out, for programs (figures.json) and for people (README.md).</summary>
/// <param name="LoadBefore">Load average of the machine before the run.</param>
/// <param name="PointQuotient">Null when it was not asked for.</param>
sealed record Results(
    DateTimeOffset Began, MachineFacts Machine, double LoadBefore, double LoadAfter, bool Quick, PointQuotient? PointQuotient, IReadOnlyList<CaseFigures> Cases)
{
    static readonly JsonSerializerOptions json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public void Save(string folder)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "figures.json"), JsonSerializer.Serialize(this, json) + "\n");
        File.WriteAllText(Path.Combine(folder, "README.md"), Markdown());
    }

    string Markdown()
    {
        var text = new StringBuilder();
        Line($"# What single steps cost, {Began:yyyy-MM-dd}");
        Line($"");
        Line($"Commit `{Machine.Commit}`. {Machine.Cpu}, {Machine.Cores} cores, Linux {Machine.Kernel}, {Machine.Dotnet}, {(Machine.ServerGc ? "server" : "workstation")} GC;");
        Line($"one durable write of 4 KiB takes {Machine.FsyncMicroseconds:0} µs. Load average {LoadBefore:0.0} before the run, {LoadAfter:0.0} after it{(LoadBefore > Machine.Cores / 2.0 ? ": others were using the machine, so trust quotients and bytes, not the times" : "")}.");
        Line($"");
        Line($"BenchmarkDotNet, in one process, {(Quick ? "quick: few and short iterations, good for the order of magnitude only" : "full")}. Times and bytes are per operation, on one thread; the error is the standard error of the mean.");
        if (PointQuotient is { } quotient)
        {
            Line($"");
            Line($"**Point work of the hub in a COLD lookup: {quotient.Median:0.000} times one multiplication of libsodium** ({quotient.LowerQuartile:0.000} to {quotient.UpperQuartile:0.000} in the middle half of {quotient.Rounds} rounds,");
            Line($"taking turns; {quotient.HubUs:0.0} and {quotient.LibsodiumUs:0.0} µs). At most {quotient.Target:0.00} is wanted (P4): {(quotient.Met ? "reached" : "**missed**")}.");
        }
        foreach (var group in Cases.GroupBy(one => one.Group))
        {
            Line($"");
            Line($"## {group.Key}");
            Line($"");
            Line($"| case | | mean | error | median | allocated, B |");
            Line($"|---|---|---:|---:|---:|---:|");
            foreach (var one in group)
                Line($"| {one.Case} | {one.Parameters} | {Units.Time(one.MeanNs)} | {Units.Time(one.StandardErrorNs)} | {Units.Time(one.MedianNs)} | {one.AllocatedBytes:#,0} |");
        }
        return text.ToString();

        void Line(FormattableString line) => text.Append(FormattableString.Invariant(line)).Append('\n');
    }
}
