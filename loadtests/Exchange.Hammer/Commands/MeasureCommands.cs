using System.CommandLine;
using Exchange.Hammer.Contenders;
using Exchange.Hammer.Direct;
using Exchange.Hammer.Machine;
using Exchange.Hammer.Measurement;
using Exchange.Hammer.Parties;
using Exchange.Hammer.Results;
using Exchange.Hosting.Commands;

namespace Exchange.Hammer.Commands;

/// <summary>Measures, and writes down what came out: the exchange beside its floor, or beside all that it is compared with.</summary>
static class MeasureCommands
{
    public static Command Run() => Create(
        "run", "Measure WARM and COLD lookups beside a direct call: throughput, latency, CPU and stages.", Lineup.Run, rounds: 3, [DirectRecords.AnswerSize], _ => { });

    public static Command Compare() => Create(
        "compare", "Measure everything that the exchange is compared with in one run, taking turns: direct calls, HAProxy, nginx, YARP, a conventional hub, the exchange, its local API. Some 25 minutes.",
        Lineup.All, rounds: 5, [256, 1024, 10 * 1024], command =>
        {
            command.Add(quick);
            command.Add(merge);
            command.Add(against);
        });

    static readonly Option<bool> quick = new("--quick") { Description = $"{string.Join(", ", Lineup.Quick)} alone, 128 and 512 at once, three rounds of 3 s, closed loop: some two minutes. What else is given is kept." };

    static readonly Option<string[]> merge = new("--merge")
    {
        Description = $"Folders with results of {FoundResult.Verbs}, or folders of such folders: targets P6 to P9 and P11 are judged by the latest of each that is of the commit measured here. Others are named, and not used.",
        AllowMultipleArgumentsPerToken = true,
        HelpName = "DIR",
    };

    static readonly Option<string?> against = new("--against")
    {
        Description = $"Folder with results of an earlier comparison: each ratio is told beside the one there. {Guard.FarCpu} times the CPU or a {Guard.FarThroughput}th of the throughput is a failure.",
        HelpName = "DIR",
    };

    static Command Create(string verb, string description, IReadOnlyList<string> lineup, int rounds, int[] sizes, Action<Command> further)
    {
        var json = Measuring.Json("machine, commit, contenders, cells and targets");
        var output = Measuring.Output("figures.json, README.md and figures.svg");
        var state = Measuring.State();
        var contenders = new Option<string[]>("--contenders") { Description = $"Who is measured: {string.Join(", ", Lineup.All)}. T0 always is.", DefaultValueFactory = _ => [.. lineup], AllowMultipleArgumentsPerToken = true, HelpName = "NAME" };
        contenders.AcceptOnlyFromAmong([.. Lineup.All]);
        var howOften = new Option<int>("--rounds") { Description = "Rounds of every cell, contenders taking turns; 3 or more.", DefaultValueFactory = _ => rounds };
        var seconds = new Option<int>("--seconds") { Description = "Length of a cell in one round; 1 or more.", DefaultValueFactory = _ => 5 };
        var warmUp = new Option<int>("--warm-up") { Description = "Seconds of load on each contender before anything counts; 1 or more, and below 10 the runtime is still compiling.", DefaultValueFactory = _ => 10 };
        var concurrency = new Option<int[]>("--concurrency") { Description = "How many ask at once, a cell each.", DefaultValueFactory = _ => [1, 32, 128, 512], AllowMultipleArgumentsPerToken = true };
        var size = new Option<int[]>("--sizes") { Description = "Bytes of an answer. The first is measured at every concurrency, the others at 128.", DefaultValueFactory = _ => sizes, AllowMultipleArgumentsPerToken = true };
        var connections = new Option<int>("--connections") { Description = "Connections of each caller to the hub, to the direct provider and to what stands before it; 1 to 8.", DefaultValueFactory = _ => 2 };
        var people = new Option<int>("--people") { Description = "Residents of the exchange, half of them the requester's.", DefaultValueFactory = _ => 2400 };
        var firstPort = new Option<int?>("--first-port") { Description = "T1 listens there on 127.0.0.1, T2 to T4 on the three behind it. Without it ports are drawn that are free.", HelpName = "PORT" };
        var command = new Command(verb, description) { json, output, state, contenders, howOften, seconds, warmUp, concurrency, size, connections, people, firstPort };
        further(command);
        command.SetAction((parsed, stop) =>
        {
            var isQuick = command.Options.Contains(quick) && parsed.GetValue(quick);
            T Value<T>(Option<T> option, T whenQuick) => isQuick && (parsed.GetResult(option)?.Implicit ?? true) ? whenQuick : parsed.GetValue(option)!;
            return Outcome.Of(() => Run(
                new MeasurementPlan
                {
                    Contenders = [.. Lineup.All.Where(id => id == Lineup.Direct || Value(contenders, [.. Lineup.Quick]).Contains(id))],
                    WarmUp = TimeSpan.FromSeconds(parsed.GetValue(warmUp)),
                    Rounds = Value(howOften, 3),
                    Length = TimeSpan.FromSeconds(Value(seconds, 3)),
                    Concurrency = [.. Value(concurrency, [128, 512]).Distinct().Order()],
                    Sizes = [.. Value(size, [sizes[0]]).Distinct()],
                    IsWhole = !isQuick,
                    Connections = parsed.GetValue(connections),
                    People = parsed.GetValue(people),
                    FirstPort = parsed.GetValue(firstPort),
                },
                command.Options.Contains(merge) ? parsed.GetValue(merge) ?? [] : [], command.Options.Contains(against) ? parsed.GetValue(against) : null, parsed.GetValue(json), parsed.GetValue(output), parsed.GetValue(state), stop));
        });
        return command;
    }

    static Task<int> Run(MeasurementPlan plan, IReadOnlyList<string> merged, string? recorded, string? json, string? output, string? state, CancellationToken stop)
    {
        var mistakes = new List<string>();
        if (plan.Mistake() is { } mistake)
            mistakes.Add(mistake);
        var found = FoundResult.Read(merged, mistakes);
        var before = recorded is null ? [] : Guard.Read(recorded, mistakes);
        return Measuring.Run(mistakes, json, output, state, async (folder, progress) =>
        {
            var machine = MachineFacts.Read(folder);
            Report report;
            await using (var contest = new Contest(Path.GetFullPath(folder), plan, progress))
            {
                await contest.Start(stop).ConfigureAwait(false);
                report = await new Measurer(plan, contest, progress).Run(machine, stop).ConfigureAwait(false);
            }
            report = report with { Merged = Merged.Of(found, report.Commit) };
            Console.WriteLine();
            Console.WriteLine(MarkdownReport.Short(report));
            if (json is not null)
                await File.WriteAllTextAsync(json, report.ToJson(), CancellationToken.None).ConfigureAwait(false);
            if (output is not null)
            {
                ResultFolder.Write(output, report);
                Console.WriteLine($"Written to {Path.GetFullPath(output)}: README.md, figures.json, figures.svg");
            }
            if (recorded is not null)
                Guard.Hold(report, before);
        }, stop);
    }
}
