using System.CommandLine;
using Exchange.Hammer.Connections;
using Exchange.Hammer.Machine;
using Exchange.Hammer.Parties;
using Exchange.Hosting.Commands;

namespace Exchange.Hammer.Commands;

/// <summary>Measures what idle connections cost, and what a stalled provider does to others.</summary>
static class ConnectionsCommand
{
    public static Command Create()
    {
        var json = Measuring.Json("every figure");
        var output = Measuring.Output("figures.json and README.md");
        var state = Measuring.State();
        var count = new Option<int>("--count") { Description = $"Idle connections; 1 to {ConnectionsPlan.Most}.", DefaultValueFactory = _ => ConnectionsPlan.Wanted };
        var each = new Option<int>("--each") { Description = $"Of them to one agency; 1 to {ConnectionsPlan.MostEach}. As many agencies are made as are needed.", DefaultValueFactory = _ => 2 };
        var hold = new Option<int>("--hold") { Description = $"Seconds that all of them must stay open before memory is read; 1 or more. Up to {HeldConnection.Limits.Silence.TotalSeconds:0} a connection that says nothing is not found out.", DefaultValueFactory = _ => 35 };
        var warmUp = new Option<int>("--warm-up") { Description = "Seconds of lookups before memory is read the first time; 1 or more, and below 10 the runtime is still compiling.", DefaultValueFactory = _ => 10 };
        var rounds = new Option<int>("--rounds") { Description = "Rounds without and beside a stalled provider, taking turns; 3 or more.", DefaultValueFactory = _ => 5 };
        var seconds = new Option<int>("--seconds") { Description = "Length of either half of a round, in seconds; 1 or more.", DefaultValueFactory = _ => 10 };
        var concurrency = new Option<int>("--concurrency") { Description = "How many ask the provider that answers, at once; 1 to 1000.", DefaultValueFactory = _ => 32 };
        var stuck = new Option<int>("--stuck") { Description = "How many ask the stalled provider, at once; 1 to 1000.", DefaultValueFactory = _ => 128 };
        var people = new Option<int>("--people") { Description = "Residents of the exchange, half of them the requester's.", DefaultValueFactory = _ => 2400 };
        var command = new Command("connections", "Measure the hub's memory for each idle connection of a provider, and by how much one stalled provider raises others' p99.")
        {
            json, output, state, count, each, hold, warmUp, rounds, seconds, concurrency, stuck, people,
        };
        command.SetAction((parsed, stop) => Outcome.Of(() => Run(
            new ConnectionsPlan(
                parsed.GetValue(count), parsed.GetValue(each), TimeSpan.FromSeconds(parsed.GetValue(hold)), TimeSpan.FromSeconds(parsed.GetValue(warmUp)), parsed.GetValue(rounds),
                TimeSpan.FromSeconds(parsed.GetValue(seconds)), parsed.GetValue(concurrency), parsed.GetValue(stuck), parsed.GetValue(people)),
            parsed.GetValue(json), parsed.GetValue(output), parsed.GetValue(state), stop)));
        return command;
    }

    static Task<int> Run(ConnectionsPlan plan, string? json, string? output, string? state, CancellationToken stop) => Measuring.Run(plan.Mistakes(), json, output, state, async (folder, progress) =>
    {
        var machine = MachineFacts.Read(folder);
        ConnectionsFigures figures;
        await using (var exchange = await LoneExchange.Start(folder, plan.People, files => IdleAgencies.Write(files, IdleConnections.Agencies(plan)), progress, stop).ConfigureAwait(false))
            figures = await new ConnectionsMeasurer(plan, exchange, progress).Run(machine, stop).ConfigureAwait(false);
        Measuring.Save(figures, ConnectionsReport.Write(figures), json, output);
    }, stop);
}
