using System.CommandLine;
using Exchange.Hammer.Kills;
using Exchange.Hammer.Load;
using Exchange.Hammer.Machine;
using Exchange.Hammer.Parties;
using Exchange.Hosting.Commands;
using Exchange.Sandbox.Files;
using Exchange.Sandbox.Processes;
using Npgsql;

namespace Exchange.Hammer.Commands;

/// <summary>Kills the hub under load, and has everybody's files held against each other afterwards.</summary>
static class KillsCommand
{
    public static Command Create()
    {
        var output = new Option<string?>("--output") { Description = "Folder for figures.json and README.md. Without it the figures are only told.", HelpName = "DIR" };
        var state = new Option<string?>("--state") { Description = "Folder for the exchange's files, kept afterwards. Without it a temporary one is used, and deleted when all is well.", HelpName = "DIR" };
        var times = new Option<int>("--times") { Description = "How often the hub is killed; 1 or more.", DefaultValueFactory = _ => 200 };
        var askers = new Option<int>("--askers") { Description = "How many ask at once; 1 or more.", DefaultValueFactory = _ => 16 };
        var people = new Option<int>("--people") { Description = "Residents of the exchange, half of them the requester's; 100 or more.", DefaultValueFactory = _ => 400 };
        var postgres = new Option<string?>("--postgres") { Description = "Environment variable with a connection string of PostgreSQL: the hub keeps its log there, in a new database, which is dropped when all is well.", HelpName = "VARIABLE" };
        var command = new Command("kills", "Kill the hub (SIGKILL) again and again under load, and hold its log against both agencies' journals.") { output, state, times, askers, people, postgres };
        command.SetAction((parsed, stop) => Outcome.Of(() => Run(
            new KillPlan(parsed.GetValue(times), parsed.GetValue(askers), parsed.GetValue(people), parsed.GetValue(postgres)), parsed.GetValue(output), parsed.GetValue(state), stop)));
        return command;
    }

    static async Task<int> Run(KillPlan plan, string? output, string? state, CancellationToken stop)
    {
        if (plan.Mistake() is { } mistake)
            return Outcome.Fail(mistake);
        var place = state ?? Directory.CreateTempSubdirectory("exchange-kills-").FullName;
        var machine = MachineFacts.Read(place);
        try
        {
            var database = plan.Server is { } server ? await DrillDatabase.Create(server).ConfigureAwait(false) : null;
            KillFigures figures;
            using (var folder = ExchangeFolder.Open(place, new ExchangePlan { People = plan.People, Quota = (50_000, 100_000), AuditDatabase = database is null ? null : DrillDatabase.Variable }, TimeProvider.System))
            {
                await using (var exchange = new RunningExchange(folder, TimeProvider.System))
                    figures = await new KillDrill(plan, folder, exchange, new Lines()).Run(stop).ConfigureAwait(false);
                figures = figures with { Checks = await Afterwards.Check(folder, database is not null, stop).ConfigureAwait(false) };
            }
            var report = KillReport.Write(figures, machine);
            Console.WriteLine(report);
            if (output is not null)
                KillReport.Save(output, report, figures, machine);
            if (!figures.IsGood)
                return Outcome.Fail($"Something is wrong. Everybody's files are in {place}");
            if (database is not null)
                await database.Drop().ConfigureAwait(false);
            if (state is null)
                Directory.Delete(place, recursive: true);
            return Outcome.Done;
        }
        catch (Exception e) when (e is VoidRunException or ChildDiedException or ChildFailedException or TimeoutException or HttpRequestException or NpgsqlException)
        {
            return Outcome.Fail($"{e.Message}{Environment.NewLine}Everybody's files are in {place}");
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return Outcome.Fail($"Stopped. Everybody's files are in {place}");
        }
    }
}
