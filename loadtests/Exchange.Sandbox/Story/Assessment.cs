using Exchange.Sandbox.Files;

namespace Exchange.Sandbox.Story;

/// <summary>The tax agency holds the statements of a list of people against pensions paid and households.</summary>
static class Assessment
{
    public static async Task Tell(Scene scene, CancellationToken cancelled)
    {
        var tell = scene.Narrator;
        var taxed = scene.Folder.ResidentsOf(scene.Folder.Agency(ExchangePlan.Tax)).Where(one => !one.IsChild).ToArray();
        var there = taxed.Where(one => one is { MovedTo: null, WasAbroad: false }).ToArray();

        tell.Chapter("The tax agency assesses statements: against what the pension service paid, and who lives in the household");
        var list = new PeopleOfList(
            (there.First(one => one is { DrawsPension: false, State: 'A', Dependants: 0 }).TaxKey, "nothing contradicts it", "CONSISTENT"),
            (there.First(one => one is { DrawsOldAgePension: true, State: 'E', Dependants: < 3 } && one.TotalIncome < 12 * one.MonthlyPension - 1_100_000).TaxKey, "draws a pension", "DIFFERS"),
            (there.First(one => one is { DrawsPension: false, State: 'A', Dependants: 3 }).TaxKey, "three dependants", "DIFFERS"),
            (there.First(one => one is { DrawsPension: false, State: 'U' }).TaxKey, "filed no return", "DIFFERS"),
            (there.First(one => one is { DrawsPension: false, State: 'P' }).TaxKey, "not yet worked on", "INCOMPLETE"),
            (taxed.First(one => one is { WasAbroad: true, DrawsPension: false, State: 'A' }).TaxKey, "lived abroad", "INCOMPLETE"),
            ("T-100", "a stranger", "INCOMPLETE"));
        var run = await ListedPeople.Run(scene, ExchangePlan.Tax, "assess", list, ["--year", "2025"], cancelled).ConfigureAwait(false);
        run.Show(tell, "declared_income", "pension_paid");

        await OneTrace.Tell(scene, "The whole list as one trace", run.TraceId, processes: 5, cancelled).ConfigureAwait(false);
    }
}
