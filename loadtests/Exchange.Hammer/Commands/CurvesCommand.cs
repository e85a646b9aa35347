using System.CommandLine;
using Exchange.Hammer.Curves;
using Exchange.Hammer.Machine;
using Exchange.Hosting.Commands;

namespace Exchange.Hammer.Commands;

/// <summary>Measures whether a lookup feels how much there is of everything.</summary>
static class CurvesCommand
{
    const int Concurrency = 128, People = 1200;

    public static Command Create()
    {
        var json = Measuring.Json("every figure");
        var output = Measuring.Output("figures.json, README.md and figures.svg");
        var state = Measuring.State();
        var curves = new Option<string[]>("--curve") { Description = $"Which are measured: {string.Join(", ", Curve.All.Select(one => one.Name))}.", DefaultValueFactory = _ => [.. Curve.All.Select(one => one.Name)], AllowMultipleArgumentsPerToken = true, HelpName = "NAME" };
        var rounds = new Option<int>("--rounds") { Description = "Rounds of every point, those of a curve taking turns; 3 or more.", DefaultValueFactory = _ => CurvesPlan.WantedRounds };
        var seconds = new Option<int>("--seconds") { Description = "Length of a point in one round; 1 or more.", DefaultValueFactory = _ => (int)CurvesPlan.WantedLength.TotalSeconds };
        var warmUp = new Option<int>("--warm-up") { Description = "Seconds of load on each point before anything counts; 1 or more, and below 10 the runtime is still compiling.", DefaultValueFactory = _ => 10 };
        var quick = new Option<bool>("--quick") { Description = "The largest point of each curve is left out: for a trial." };
        var command = new Command("curves", "Measure what a WARM lookup costs as agencies, rows of the matrix, entries of the log and enrolled people grow. Needs some 6 GB of disk for as long as it runs.")
        {
            json, output, state, curves, rounds, seconds, warmUp, quick,
        };
        command.SetAction((parsed, stop) => Outcome.Of(() => Run(
            new CurvesPlan(
                [.. parsed.GetRequiredValue(curves).Distinct()], TimeSpan.FromSeconds(parsed.GetValue(warmUp)), parsed.GetValue(rounds), TimeSpan.FromSeconds(parsed.GetValue(seconds)),
                parsed.GetValue(quick), Concurrency, People),
            parsed.GetValue(json), parsed.GetValue(output), parsed.GetValue(state), stop)));
        return command;
    }

    static Task<int> Run(CurvesPlan plan, string? json, string? output, string? state, CancellationToken stop) => Measuring.Run(plan.Mistakes(), json, output, state, async (folder, progress) =>
    {
        var figures = await new CurveMeasurer(plan, folder, progress).Run(MachineFacts.Read(folder), stop).ConfigureAwait(false);
        Measuring.Save(figures, CurvesReport.Write(figures), json, output, (CurvesFigure.File, CurvesFigure.Draw(figures)));
    }, stop);
}
