using System.CommandLine;
using Exchange.Hammer.Machine;
using Exchange.Hammer.Offices;
using Exchange.Hosting.Commands;

namespace Exchange.Hammer.Commands;

/// <summary>Measures what offices would see: load shaped like theirs, time compressed.</summary>
static class OfficesCommand
{
    public static Command Create()
    {
        var json = Measuring.Json("every figure");
        var output = Measuring.Output($"figures.json, README.md and {OfficesFigure.File}");
        var state = Measuring.State();
        var connected = new Option<int>("--connected") { Description = "Municipalities in the directory and connected.", DefaultValueFactory = _ => OfficesPlan.Municipalities };
        var towns = new Option<int>("--towns") { Description = "Of them, those that ask and answer; each is a whole adapter in this process.", DefaultValueFactory = _ => 24 };
        var people = new Option<int>("--people") { Description = "Residents of each town that asks.", DefaultValueFactory = _ => 30 };
        var rate = new Option<int>("--rate") { Description = "Lookups a second of a usual moment.", DefaultValueFactory = _ => 150 };
        var seconds = new Option<int>("--seconds") { Description = "Length of a scenario; 5 or more.", DefaultValueFactory = _ => 40 };
        var warmUp = new Option<int>("--warm-up") { Description = "Seconds of load before the first scenario; 1 or more, and below 10 the runtime is still compiling.", DefaultValueFactory = _ => 15 };
        var command = new Command("offices", "Measure what offices would see: a Monday morning, a month-end, a tax season, a nightly list, with all municipalities of Japan connected.") { json, output, state, connected, towns, people, rate, seconds, warmUp };
        command.SetAction((parsed, stop) => Outcome.Of(() => Run(
            new OfficesPlan(
                parsed.GetValue(connected), parsed.GetValue(towns), parsed.GetValue(people), parsed.GetValue(rate), TimeSpan.FromSeconds(parsed.GetValue(seconds)), TimeSpan.FromSeconds(parsed.GetValue(warmUp))),
            parsed.GetValue(json), parsed.GetValue(output), parsed.GetValue(state), stop)));
        return command;
    }

    static Task<int> Run(OfficesPlan plan, string? json, string? output, string? state, CancellationToken stop) => Measuring.Run(plan.Mistakes(), json, output, state, async (folder, progress) =>
    {
        var figures = await new OfficesMeasurer(plan, folder, progress).Run(MachineFacts.Read(folder), stop).ConfigureAwait(false);
        Measuring.Save(figures, OfficesReport.Write(figures), json, output, (OfficesFigure.File, OfficesFigure.Draw(figures)));
    }, stop);
}
