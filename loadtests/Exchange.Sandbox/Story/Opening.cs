using System.Globalization;
using Exchange.Sandbox.Files;
using Exchange.Sandbox.Processes;
using Spectre.Console;

namespace Exchange.Sandbox.Story;

/// <summary>Everything starts in the order in which it needs each other; the first time everybody is enrolled.</summary>
static class Opening
{
    /// <summary>Small enough for a bar that moves.</summary>
    const int Batch = 128;

    public static async Task Start(ExchangeFolder folder, RunningExchange exchange, Narrator tell, CancellationToken cancelled)
    {
        await exchange.StartAuthority(cancelled).ConfigureAwait(false);
        await exchange.StartWitness(cancelled).ConfigureAwait(false);
        await exchange.StartHub(cancelled).ConfigureAwait(false);
        tell.Say("Key authority, witness and hub are up.");
        var newcomers = folder.Agencies.Where(agency => !agency.IsEnrolled).ToArray();
        // Whoever is enrolled already connects meanwhile.
        var others = Task.WhenAll(folder.Agencies.Except(newcomers).Select(agency => exchange.StartAgency(agency, cancelled)));
        if (newcomers.Length > 0)
            await Enrol(folder, exchange, newcomers, tell, cancelled).ConfigureAwait(false);
        else
            tell.Say("Everybody was enrolled at an earlier start.");
        await others.ConfigureAwait(false);
        tell.Say($"{string.Join(", ", folder.Agencies.Select(agency => agency.Name))} are connected.");
    }

    static async Task Enrol(ExchangeFolder folder, RunningExchange exchange, AgencyFolder[] agencies, Narrator tell, CancellationToken cancelled)
    {
        tell.Say(string.Create(CultureInfo.InvariantCulture,
            $"Enrolling {folder.Residents.Count:N0} residents blind: hub and key authority turn numbers they cannot see into pseudonyms, each with a proof; the numbers are not kept."));
        await tell.Console.Progress().HideCompleted(false)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
            .StartAsync(progress => Task.WhenAll(agencies.Select(async agency =>
            {
                var people = folder.ResidentsOf(agency).Count();
                var bar = progress.AddTask(string.Create(CultureInfo.InvariantCulture, $"{agency.Name}, {people:N0} people"), maxValue: people);
                await exchange.Enrol(agency, Batch, count => bar.Value = count, cancelled).ConfigureAwait(false);
                bar.Value = people;
                await exchange.StartAgency(agency, cancelled).ConfigureAwait(false);
            }))).ConfigureAwait(false);
    }
}
