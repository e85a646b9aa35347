using Exchange.Sandbox.Files;

namespace Exchange.Sandbox.Story;

/// <summary>The pension service holds a list of its insured against the towns' households and what employers reported.</summary>
static class Linking
{
    const string On = "2026-01-01";

    public static async Task Tell(Scene scene, CancellationToken cancelled)
    {
        var tell = scene.Narrator;
        var insured = scene.Folder.ResidentsOf(scene.Folder.Agency(ExchangePlan.Pension)).ToArray();
        var plain = insured.Where(one => one is { MovedTo: null, WasAbroad: false, IsInDoubt: false, IsUnenrolled: false, IsUnknownToTax: false });
        var ordinary = plain.First(one => one.Town == ExchangePlan.Chiyoda);

        tell.Chapter("The pension service links its records: one command, a list of people, a report with a line for each");
        var list = new PeopleOfList(
            (ordinary.PensionKey, "lives in Chiyoda", "LINKED"),
            (plain.First(one => one.Town == ExchangePlan.Osaka).PensionKey, "lives in Osaka", "LINKED"),
            (insured.First(one => one.MovedTo is not null).PensionKey, "moved later: the old town is asked", "LINKED"),
            (insured.First(one => one.IsInDoubt).PensionKey, "two addresses: both are asked", "LINKED"),
            (insured.First(one => one.WasAbroad).PensionKey, "lived abroad: nobody is asked", "CONFLICTING"),
            (insured.First(one => one is { IsUnenrolled: true, WasAbroad: false, IsInDoubt: false, IsUnknownToTax: false }).PensionKey, "employed, not enrolled as such", "CONFLICTING"),
            ("P-100", "a stranger", "FAILED"),
            (ordinary.PensionKey, "stands in line 2 already", "DUPLICATE"));
        var run = await ListedPeople.Run(scene, ExchangePlan.Pension, "link", list, ["--on", On, "--year", "2025"], cancelled).ConfigureAwait(false);
        run.Show(tell, "municipality", "household_size");

        await OneTrace.Tell(scene, "The whole list as one trace through six processes", run.TraceId, processes: 6, cancelled).ConfigureAwait(false);
    }
}
