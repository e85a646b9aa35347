using System.CommandLine;
using Exchange.Hammer.Machine;
using Exchange.Hammer.Parties;
using Exchange.Hammer.Soak;
using Exchange.Hosting.Commands;

namespace Exchange.Hammer.Commands;

/// <summary>Measures whether the hub's memory grows under load.</summary>
static class SoakCommand
{
    public static Command Create()
    {
        var json = Measuring.Json("every figure");
        var output = Measuring.Output($"figures.json, README.md and {SoakFigure.File}");
        var state = Measuring.State();
        var seconds = new Option<int>("--seconds") { Description = "Seconds of load. Everybody's journals and the hub's log grow on the disk all the while.", DefaultValueFactory = _ => (int)SoakPlan.Wanted.TotalSeconds };
        var every = new Option<int>("--every") { Description = "Seconds of load between two readings of the hub's memory, before each of which it collects its whole heap; 1 or more.", DefaultValueFactory = _ => 10 };
        var warmUp = new Option<int>("--warm-up") { Description = "Seconds of load before the first reading; 1 or more, and below 10 the runtime is still compiling.", DefaultValueFactory = _ => 20 };
        var concurrency = new Option<int>("--concurrency") { Description = "How many ask at once; 1 to 1000.", DefaultValueFactory = _ => 128 };
        var people = new Option<int>("--people") { Description = "Residents of the exchange, half of them the requester's.", DefaultValueFactory = _ => 2400 };
        var command = new Command("soak", "Measure what the hub allocates for a WARM lookup, and whether its live memory grows, over a long time.") { json, output, state, seconds, every, warmUp, concurrency, people };
        command.SetAction((parsed, stop) => Outcome.Of(() => Run(
            new SoakPlan(
                TimeSpan.FromSeconds(parsed.GetValue(seconds)), TimeSpan.FromSeconds(parsed.GetValue(every)), TimeSpan.FromSeconds(parsed.GetValue(warmUp)), parsed.GetValue(concurrency), parsed.GetValue(people)),
            parsed.GetValue(json), parsed.GetValue(output), parsed.GetValue(state), stop)));
        return command;
    }

    static Task<int> Run(SoakPlan plan, string? json, string? output, string? state, CancellationToken stop) => Measuring.Run(plan.Mistakes(), json, output, state, async (folder, progress) =>
    {
        var machine = MachineFacts.Read(folder);
        SoakFigures figures;
        await using (var exchange = await LoneExchange.Start(folder, plan.People, _ => { }, progress, stop).ConfigureAwait(false))
            figures = await new SoakMeasurer(plan, exchange, progress).Run(machine, stop).ConfigureAwait(false);
        Measuring.Save(figures, SoakReport.Write(figures), json, output, (SoakFigure.File, SoakFigure.Draw(figures)));
    }, stop);
}
