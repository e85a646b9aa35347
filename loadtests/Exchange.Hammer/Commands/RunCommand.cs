using System.CommandLine;
using Exchange.Hammer.Load;
using Exchange.Hammer.Machine;
using Exchange.Hammer.Measurement;
using Exchange.Hammer.Parties;
using Exchange.Hammer.Results;
using Exchange.Hosting.Commands;

namespace Exchange.Hammer.Commands;

/// <summary>Measures, and writes down what came out.</summary>
static class RunCommand
{
    public static Command Create()
    {
        var output = new Option<string>("--output") { Description = "Folder for figures.json, README.md and figures.svg.", Required = true, HelpName = "DIR" };
        var state = new Option<string?>("--state") { Description = "Folder for the exchange's files, kept afterwards. Without it a temporary one is used and deleted.", HelpName = "DIR" };
        var rounds = new Option<int>("--rounds") { Description = "Rounds of every cell, contenders taking turns; 3 or more.", DefaultValueFactory = _ => 3 };
        var seconds = new Option<int>("--seconds") { Description = "Length of a cell in one round; 1 or more.", DefaultValueFactory = _ => 5 };
        var warmUp = new Option<int>("--warm-up") { Description = "Seconds of load on each contender before anything counts; 1 or more.", DefaultValueFactory = _ => 10 };
        var concurrency = new Option<int[]>("--concurrency") { Description = "How many ask at once, a cell each.", DefaultValueFactory = _ => [1, 32, 128, 512], AllowMultipleArgumentsPerToken = true };
        var connections = new Option<int>("--connections") { Description = "Connections of the requester to the hub, and to the direct provider; 1 to 8.", DefaultValueFactory = _ => 2 };
        var people = new Option<int>("--people") { Description = "Residents of the exchange, half of them the requester's.", DefaultValueFactory = _ => 2400 };
        var command = new Command("run", "Measure WARM and COLD lookups beside a direct call: throughput, latency, CPU and stages.")
        {
            output, state, rounds, seconds, warmUp, concurrency, connections, people,
        };
        command.SetAction((parsed, stop) => Outcome.Of(() => Run(
            new MeasurementPlan
            {
                WarmUp = TimeSpan.FromSeconds(parsed.GetValue(warmUp)),
                Rounds = parsed.GetValue(rounds),
                Length = TimeSpan.FromSeconds(parsed.GetValue(seconds)),
                Concurrency = [.. parsed.GetRequiredValue(concurrency).Distinct().Order()],
                Connections = parsed.GetValue(connections),
                People = parsed.GetValue(people),
            },
            parsed.GetRequiredValue(output), parsed.GetValue(state), stop)));
        return command;
    }

    static async Task<int> Run(MeasurementPlan plan, string output, string? state, CancellationToken stop)
    {
        if (plan.Mistake() is { } mistake)
            return Outcome.Fail(mistake);
        var folder = state ?? Directory.CreateTempSubdirectory("exchange-hammer-").FullName;
        try
        {
            Directory.CreateDirectory(folder);
            var machine = MachineFacts.Read(folder);
            var progress = new Lines();
            await using var exchange = await LiveExchange.Start(folder, plan.People, plan.Connections, progress, stop).ConfigureAwait(false);
            var report = await new Measurer(plan, exchange, progress).Run(machine, stop).ConfigureAwait(false);
            ResultFolder.Write(output, report);
            Console.WriteLine($"Written to {Path.GetFullPath(output)}: README.md, figures.json, figures.svg");
            return Outcome.Done;
        }
        catch (Exception e) when (e is VoidRunException or ChildFailedException)
        {
            return Outcome.Fail($"Nothing was written, the run is void. {e.Message}");
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return Outcome.Fail("Stopped; nothing was written.");
        }
        finally
        {
            if (state is null)
                Directory.Delete(folder, recursive: true);
        }
    }
}
