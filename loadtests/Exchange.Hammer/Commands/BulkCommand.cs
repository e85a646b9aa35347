using System.CommandLine;
using Exchange.Hammer.Bulk;
using Exchange.Hammer.Machine;
using Exchange.Hosting.Commands;

namespace Exchange.Hammer.Commands;

/// <summary>Measures how long a long list takes.</summary>
static class BulkCommand
{
    public static Command Create()
    {
        var json = Measuring.Json("every figure");
        var output = Measuring.Output("figures.json and README.md");
        var state = Measuring.State();
        var people = new Option<int>("--people") { Description = $"People on the list; 1 to {BulkPlan.Most}. They, and as many at the other agencies, are enrolled first, which takes longer.", DefaultValueFactory = _ => BulkPlan.Wanted };
        var command = new Command("bulk", "Measure how long the pension service takes to link a list of insured persons, beside the time of the curve arithmetic alone on all cores.") { json, output, state, people };
        command.SetAction((parsed, stop) => Outcome.Of(() => Run(new BulkPlan(parsed.GetValue(people)), parsed.GetValue(json), parsed.GetValue(output), parsed.GetValue(state), stop)));
        return command;
    }

    static Task<int> Run(BulkPlan plan, string? json, string? output, string? state, CancellationToken stop) => Measuring.Run(plan.Mistakes(), json, output, state, async (folder, progress) =>
    {
        var figures = await new BulkMeasurer(plan, folder, progress).Run(MachineFacts.Read(folder), stop).ConfigureAwait(false);
        Measuring.Save(figures, BulkReport.Write(figures), json, output);
    }, stop);
}
