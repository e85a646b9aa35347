using System.Text;
using System.Text.Json;
using Exchange.Hammer.Machine;

namespace Exchange.Hammer.Kills;

/// <summary>The drill for people, and for programs.</summary>
static class KillReport
{
    static readonly JsonSerializerOptions json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static string Write(KillFigures drill, MachineFacts machine)
    {
        var text = new StringBuilder();
        var outages = drill.Outages.Select(one => one.TotalSeconds).Order().ToArray();
        Line(text, $"# The hub killed {drill.Plan.Times + drill.DuringStart} times under load, its log in {drill.Plan.Store}");
        Line(text, $"");
        Line(text, $"Commit `{machine.Commit}`. {machine.Cpu}, {machine.Cores} cores, Linux {machine.Kernel}, {machine.Dotnet}; one durable write of 4 KiB takes {machine.FsyncMicroseconds:0} µs.");
        Line(text, $"{drill.Plan.Askers} asked at once, WARM and COLD, without a pause. SIGKILL came at a moment drawn anew each time; {drill.DuringStart} of them while the hub was still starting.");
        Line(text, $"");
        Line(text, $"| | |");
        Line(text, $"|---|---|");
        Line(text, $"| answers, each compared with the provider's record | {drill.Answers:#,0} |");
        Line(text, $"| of them asked more than once, by itself | {drill.Repeated:#,0} |");
        Line(text, $"| refused | {(drill.Refused.Count == 0 ? "none" : string.Join(", ", drill.Refused.Select(one => FormattableString.Invariant($"{one.Key} {one.Value}"))))} |");
        Line(text, $"| from a kill to the next answers | median {outages[outages.Length / 2]:0.0} s, longest {outages[^1]:0.0} s |");
        Line(text, $"| entries in the log | {drill.Entries:#,0} |");
        Line(text, $"| checkpoints seen to go on with the one before | {drill.Extensions} |");
        foreach (var check in drill.Checks)
            Line(text, $"| {check.Name} | {(check.IsGood ? "yes" : "**NO**")} |");
        foreach (var check in drill.Checks)
        {
            Line(text, $"");
            Line(text, $"{check.Name}:");
            Line(text, $"");
            foreach (var said in check.Said.Split(Environment.NewLine))
                Line(text, $"    {said}");
        }
        return text.ToString();
    }

    public static void Save(string folder, string report, KillFigures drill, MachineFacts machine)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "README.md"), report);
        File.WriteAllText(Path.Combine(folder, "figures.json"), JsonSerializer.Serialize(new { machine, drill }, json) + "\n");
    }

    static void Line(StringBuilder text, FormattableString line) => text.Append(FormattableString.Invariant(line)).Append('\n');
}
