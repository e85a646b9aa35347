using Agency.V1;
using Exchange.Sandbox.Residents;
using Spectre.Console;
using Status = Agency.V1.Status;

namespace Exchange.Sandbox.Story;

/// <summary>A town needs to know whether an income is low, and not how high it is: the tax agency says yes or no.</summary>
static class MinimalAnswers
{
    const string Purpose = "price-relief", LowIncome = "low-income", LevyExempt = "levy-exempt";

    public static async Task Tell(Scene scene, CancellationToken cancelled)
    {
        var tell = scene.Narrator;
        var town = scene.Folder.ResidentsOf(scene.Chiyoda.Agency).Where(one => one is { IsUnknownToTax: false, IsChild: false, MovedTo: null }).ToArray();

        tell.Chapter("Yes or no in place of a figure: relief for low incomes");
        var table = Narrator.Table("person", LowIncome, LevyExempt, "by version", "what the tax agency's record has");
        foreach (var (resident, due) in new[]
        {
            (town.First(one => one is { State: 'E', TotalIncome: < 1_500_000 }), Truth.Yes),
            (town.First(one => one is { State: 'A', TotalIncome: >= 1_500_000 }), Truth.No),
            (town.First(one => one.State == 'U'), Truth.NotKnown),
        })
        {
            var call = await scene.Answered(scene.Chiyoda, Asked(scene, resident, LowIncome, LevyExempt), Status.Found, cancelled).ConfigureAwait(false);
            Scene.Expect(call.Answer!.Record is null, "A value left the tax agency.");
            Scene.Expect(call.Answer.Verdicts is [{ Predicate: LowIncome } low, { Predicate: LevyExempt }] && low.Truth == due, $"{LowIncome} was answered {call.Answer.Verdicts} where {due} was due.");
            table.AddRow(resident.TownKey, Word(call.Answer.Verdicts[0]), Word(call.Answer.Verdicts[1]), string.Join(", ", call.Answer.Verdicts.Select(one => one.Version)),
                due == Truth.NotKnown ? "[grey]nothing was declared: that is not an income of zero[/]" : "[grey]a figure, which stays there[/]");
        }
        tell.Show(table);
        tell.Say("The matrix grants the town no field for this task, only two tests with their versions, and the tax agency's own list states both in the same words: a bound that anybody moves in one place alone is not answered.");

        tell.Chapter("What is not granted: any other bound, and the figure itself");
        var refused = await scene.Chiyoda.Ask(Asked(scene, town[0], "income-below-1400000"), cancelled).ConfigureAwait(false);
        Scene.Expect(refused.Problem?.Reason == "NOT_PERMITTED", "A predicate outside the grant was not refused.");
        tell.Say($"[red]{refused.Problem!.Reason}[/]: {Markup.Escape(refused.Problem.Detail)} {Markup.Escape(refused.Problem.Remedy)}");
        await scene.Answered(scene.Chiyoda, scene.IncomeOf(town[0], Purpose), Status.Withheld, cancelled).ConfigureAwait(false);
        tell.Say($"Asked for the record itself, the tax agency answers [bold]WITHHELD[/]. Every answer of this data set has one size: the hub does not learn which of the two was asked.");
    }

    static LookupRequest Asked(Scene scene, Resident resident, params ReadOnlySpan<string> predicates)
    {
        var request = scene.IncomeOf(resident, Purpose);
        request.Predicates.AddRange(predicates.ToArray());
        return request;
    }

    static string Word(Verdict verdict) => verdict.Truth switch { Truth.Yes => "[green]yes[/]", Truth.No => "[red]no[/]", _ => "[yellow]not known[/]" };
}
