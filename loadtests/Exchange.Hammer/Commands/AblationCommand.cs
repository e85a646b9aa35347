using System.CommandLine;
using Exchange.Hammer.Ablation;
using Exchange.Hammer.Machine;
using Exchange.Hosting.Commands;

namespace Exchange.Hammer.Commands;

/// <summary>Measures what each stage of a lookup costs, by leaving it out.</summary>
static class AblationCommand
{
    public static Command Create()
    {
        var json = Measuring.Json("every figure");
        var output = Measuring.Output($"figures.json, README.md and {AblationFigure.File}");
        var state = Measuring.State();
        var rounds = new Option<int>("--rounds") { Description = "Rounds of every cell, the rungs taking turns; 3 or more.", DefaultValueFactory = _ => 5 };
        var seconds = new Option<int>("--seconds") { Description = "Length of a cell in one round; 1 or more.", DefaultValueFactory = _ => (int)AblationPlan.WantedLength.TotalSeconds };
        var warmUp = new Option<int>("--warm-up") { Description = "Seconds of load on each rung before anything counts; 1 or more, and below 20 the runtime is still compiling.", DefaultValueFactory = _ => 20 };
        var concurrency = new Option<int[]>("--concurrency") { Description = "How many ask at once, a cell each.", DefaultValueFactory = _ => [AblationPlan.JudgedConcurrency], AllowMultipleArgumentsPerToken = true };
        var people = new Option<int>("--people") { Description = "Residents of each exchange, half of them the requester's.", DefaultValueFactory = _ => 2400 };
        var memory = new Option<string>("--memory") { Description = "Folder on a memory disk (tmpfs), for the exchange without a durable write; where it is none, that rung is left out.", DefaultValueFactory = _ => "/dev/shm", HelpName = "DIR" };
        var command = new Command("ablation", "Measure what each stage of a lookup costs, by leaving it out: TLS, all that makes an exchange of a relay, durable writes, tracing, caches.") { json, output, state, rounds, seconds, warmUp, concurrency, people, memory };
        command.SetAction((parsed, stop) => Outcome.Of(() => Run(
            new AblationPlan(
                parsed.GetValue(rounds), TimeSpan.FromSeconds(parsed.GetValue(seconds)), TimeSpan.FromSeconds(parsed.GetValue(warmUp)), [.. parsed.GetRequiredValue(concurrency).Distinct().Order()],
                parsed.GetValue(people), parsed.GetRequiredValue(memory)),
            parsed.GetValue(json), parsed.GetValue(output), parsed.GetValue(state), stop)));
        return command;
    }

    static Task<int> Run(AblationPlan plan, string? json, string? output, string? state, CancellationToken stop) => Measuring.Run(plan.Mistakes(), json, output, state, async (folder, progress) =>
    {
        var machine = MachineFacts.Read(folder);
        AblationFigures figures;
        await using (var ladder = new Ladder(plan, folder, progress))
        {
            await ladder.Start(stop).ConfigureAwait(false);
            figures = await new AblationMeasurer(plan, ladder, progress).Run(machine, stop).ConfigureAwait(false);
        }
        Measuring.Save(figures, AblationReport.Write(figures), json, output, (AblationFigure.File, AblationFigure.Draw(figures)));
    }, stop);
}
