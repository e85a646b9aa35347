using System.CommandLine;
using Exchange.Hammer.Appending;
using Exchange.Hosting.Commands;

namespace Exchange.Hammer.Commands;

/// <summary>Measures the audit log by itself.</summary>
static class AppendCommand
{
    public static Command Create()
    {
        var output = new Option<string>("--output") { Description = "Folder for figures.json and README.md.", Required = true, HelpName = "DIR" };
        var state = new Option<string?>("--state") { Description = "Folder for the log, on the disk that is measured; it must be empty. Without it a temporary one is used and deleted.", HelpName = "DIR" };
        var rounds = new Option<int>("--rounds") { Description = "Rounds of every cell, taking turns; 3 or more.", DefaultValueFactory = _ => 3 };
        var seconds = new Option<int>("--seconds") { Description = "Length of a cell in one round; 1 or more.", DefaultValueFactory = _ => 4 };
        var waiting = new Option<int[]>("--waiting") { Description = "How many wait for their entry at once, a cell each.", DefaultValueFactory = _ => [1, 64, 1024, 8192], AllowMultipleArgumentsPerToken = true };
        var offered = new Option<int>("--offered") { Description = "Entries a second in the open loop.", DefaultValueFactory = _ => 20_000 };
        var command = new Command("append", "Measure how many entries a second the hub's log makes durable, and how long a lookup waits for its own.") { output, state, rounds, seconds, waiting, offered };
        command.SetAction((parsed, stop) => Outcome.Of(() => Run(
            new AppendPlan(parsed.GetValue(rounds), TimeSpan.FromSeconds(parsed.GetValue(seconds)), [.. parsed.GetRequiredValue(waiting).Distinct().Order()], parsed.GetValue(offered)),
            parsed.GetRequiredValue(output), parsed.GetValue(state), stop)));
        return command;
    }

    static Task<int> Run(AppendPlan plan, string output, string? state, CancellationToken stop)
    {
        var mistakes = new List<string>();
        if (plan.Mistake() is { } mistake)
            mistakes.Add(mistake);
        if (state is not null && Directory.Exists(state) && Directory.EnumerateFileSystemEntries(state).Any())
            mistakes.Add($"--state {state}: the folder is not empty");
        return Measuring.Run(mistakes, json: null, output, state, async (folder, progress) =>
        {
            AppendReport.Save(output, await new AppendMeasurer(plan, folder, progress).Run(stop).ConfigureAwait(false));
            Console.WriteLine($"Written to {Path.GetFullPath(output)}: README.md, figures.json");
        }, stop);
    }
}
