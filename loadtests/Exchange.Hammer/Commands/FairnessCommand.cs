using System.CommandLine;
using Exchange.Hammer.Fairness;
using Exchange.Hammer.Machine;
using Exchange.Hammer.Parties;
using Exchange.Hosting.Commands;

namespace Exchange.Hammer.Commands;

/// <summary>Measures what one agency's excess costs another.</summary>
static class FairnessCommand
{
    /// <summary>For a trial.</summary>
    const int QuickRounds = 3, QuickSeconds = 3, QuickList = 1000;

    const int Stuck = 512, Concurrency = 128, Nice = 19;

    public static Command Create()
    {
        var json = Measuring.Json("every figure");
        var output = Measuring.Output("figures.json and README.md");
        var state = Measuring.State();
        var aggressors = new Option<string[]>("--aggressor") { Description = $"Who is let loose, one at a time: {string.Join(", ", AggressorNames.All)}.", DefaultValueFactory = _ => [.. AggressorNames.All], AllowMultipleArgumentsPerToken = true, HelpName = "NAME" };
        var rounds = new Option<int>("--rounds") { Description = "Rounds without and beside an aggressor, taking turns; 3 or more.", DefaultValueFactory = _ => FairnessPlan.WantedRounds };
        var seconds = new Option<int>("--seconds") { Description = "Length of either half of a round; 1 to 20.", DefaultValueFactory = _ => (int)FairnessPlan.WantedLength.TotalSeconds };
        var warmUp = new Option<int>("--warm-up") { Description = "Seconds as fast as it goes before anything counts, and as many to see how fast that is; 1 or more, and below 10 the runtime is still compiling.", DefaultValueFactory = _ => 10 };
        var percent = new Option<int>("--percent") { Description = "Of what was reached then, at which the victim asks; 1 to 50.", DefaultValueFactory = _ => 10 };
        var times = new Option<int>("--times") { Description = "How many times its quota the flooding agency asks; 2 to 1000.", DefaultValueFactory = _ => 100 };
        var list = new Option<int>("--list") { Description = "People on the list that is linked; 100 to 100000. They are enrolled first, which takes a while.", DefaultValueFactory = _ => FairnessPlan.WantedList };
        var quick = new Option<bool>("--quick") { Description = FormattableString.Invariant($"{QuickRounds} rounds of {QuickSeconds} s, and a list of {QuickList:#,0}: for a trial. What else is given is kept.") };
        var command = new Command("fairness", "Measure by how much others' p99 rises beside an agency that asks a hundred times its quota, beside a list that is linked, and beside a provider that stops reading. Begun with taskset, which gives it some of the processors, it lets aggressors have the others to themselves.")
        {
            json, output, state, aggressors, rounds, seconds, warmUp, percent, times, list, quick,
        };
        command.SetAction((parsed, stop) =>
        {
            int Value(Option<int> option, int whenQuick) => parsed.GetValue(quick) && (parsed.GetResult(option)?.Implicit ?? true) ? whenQuick : parsed.GetValue(option);
            return Outcome.Of(() => Run(
                new FairnessPlan(
                    [.. parsed.GetRequiredValue(aggressors).Distinct()], TimeSpan.FromSeconds(parsed.GetValue(warmUp)), Value(rounds, QuickRounds), TimeSpan.FromSeconds(Value(seconds, QuickSeconds)),
                    parsed.GetValue(percent), parsed.GetValue(times), Value(list, QuickList), Stuck, Concurrency, Nice, SpareCores.Read(), Unjudged: 1),
                parsed.GetValue(json), parsed.GetValue(output), parsed.GetValue(state), stop));
        });
        return command;
    }

    static Task<int> Run(FairnessPlan plan, string? json, string? output, string? state, CancellationToken stop) => Measuring.Run(plan.Mistakes(), json, output, state, async (folder, progress) =>
    {
        var machine = MachineFacts.Read(folder);
        FairnessFigures figures;
        await using (var exchange = await LoneExchange.Start(folder, plan.People, files => Task.Run(() => Flood.WriteQuota(files)), progress, stop, everybody: true, plan.Asked).ConfigureAwait(false))
            figures = await new FairnessMeasurer(plan, exchange, folder, progress).Run(machine, stop).ConfigureAwait(false);
        Measuring.Save(figures, FairnessReport.Write(figures), json, output);
    }, stop);
}
