using Exchange.Hammer.Contenders;
using Exchange.Hammer.Load;
using Exchange.Hammer.Machine;
using Exchange.Hammer.Parties;
using Exchange.Hammer.Results;
using Exchange.Sandbox.Processes;

namespace Exchange.Hammer.Measurement;

/// <summary>
/// One run: every contender is warmed up, then all cells are measured in rounds, the contenders taking turns, so that
/// whatever else the machine does falls on all of them. Then the open loop, then the traces.
/// </summary>
sealed class Measurer(MeasurementPlan plan, LiveExchange exchange, IProgress<string> progress)
{
    /// <summary>Longer than the exporters of spans wait.</summary>
    static readonly TimeSpan untilExported = TimeSpan.FromSeconds(6);

    readonly Stopwatches stopwatches = new(exchange);
    readonly Dictionary<(string Contender, string Load), List<Round>> rounds = [];
    int done;

    sealed record Runner(IContender Contender, ChildProcess? Hub, ChildProcess Provider);

    public async Task<Report> Run(MachineFacts machine, CancellationToken stop)
    {
        var time = TimeProvider.System;
        var began = time.GetUtcNow();
        var load = MachineFacts.LoadAverage();
        Runner[] runners =
        [
            new(exchange.Direct, null, exchange.DirectProvider),
            new(exchange.Warm, exchange.Hub, exchange.Provider),
            new(exchange.Cold, exchange.Hub, exchange.Provider),
        ];
        foreach (var runner in runners)
        {
            progress.Report($"warming up {runner.Contender.Name} for {plan.WarmUp.TotalSeconds:0} s");
            await ClosedLoop.Run(runner.Contender, plan.OpenLoopConcurrency, plan.WarmUp, stop).ConfigureAwait(false);
        }

        var closed = await Closed(runners, stop).ConfigureAwait(false);
        var open = await Open(runners, closed, stop).ConfigureAwait(false);
        var stages = await Trace(runners[1..], stop).ConfigureAwait(false);
        return new Report(began, machine, load, MachineFacts.LoadAverage(), plan, closed, open, stages);
    }

    async Task<IReadOnlyList<Cell>> Closed(Runner[] runners, CancellationToken stop)
    {
        var all = plan.Rounds * plan.Concurrency.Count * runners.Length;
        for (var round = 0; round < plan.Rounds; round++)
            foreach (var slots in plan.Concurrency)
                foreach (var runner in runners)
                    await Measure(runner, $"{slots} at once", all, () => ClosedLoop.Run(runner.Contender, slots, plan.Length, stop), stop).ConfigureAwait(false);
        return [.. from slots in plan.Concurrency from runner in runners select CellOf(runner, $"{slots} at once", slots, null)];
    }

    async Task<IReadOnlyList<Cell>> Open(Runner[] runners, IReadOnlyList<Cell> closed, CancellationToken stop)
    {
        double Half(Runner runner) => Math.Round(closed.Single(cell => cell.Contender == runner.Contender.Name && cell.Concurrency == plan.OpenLoopConcurrency).PerSecond.Median / 2);
        // Each at half of what it can, and the direct call also at what the exchange is offered.
        var offers = runners.Select(runner => (Runner: runner, Rate: Half(runner))).Append((Runner: runners[0], Rate: Half(runners[1]))).DistinctBy(offer => (offer.Runner, offer.Rate)).ToArray();
        done = 0;
        for (var round = 0; round < plan.Rounds; round++)
            foreach (var (runner, rate) in offers)
                await Measure(runner, $"{rate:0} a second", plan.Rounds * offers.Length,
                    () => OpenLoop.Run(runner.Contender, rate, Math.Min(512, runner.Contender.MaximumSlots), plan.Length, stop), stop).ConfigureAwait(false);
        return [.. offers.Select(offer => CellOf(offer.Runner, $"{offer.Rate:0} a second", 0, offer.Rate))];
    }

    async Task<IReadOnlyList<Stages>> Trace(Runner[] runners, CancellationToken stop)
    {
        var found = new List<Stages>();
        foreach (var slots in new[] { plan.Concurrency.Min(), plan.OpenLoopConcurrency }.Distinct())
            foreach (var runner in runners)
            {
                progress.Report($"tracing {runner.Contender.Name}, {slots} at once");
                var from = TimeProvider.System.GetUtcNow();
                await ClosedLoop.Run(runner.Contender, slots, plan.Length, stop).ConfigureAwait(false);
                await Task.Delay(untilExported, TimeProvider.System, stop).ConfigureAwait(false);
                if (Stages.Of(runner.Contender.Name, slots, exchange.Spans.Since(from)) is { } stages)
                    found.Add(stages);
            }
        return found;
    }

    async Task Measure(Runner runner, string load, int all, Func<Task<LoadResult>> run, CancellationToken stop)
    {
        var round = await stopwatches.Measure(runner.Hub, runner.Provider, run, stop).ConfigureAwait(false);
        if (!rounds.TryGetValue((runner.Contender.Name, load), out var list))
            rounds[(runner.Contender.Name, load)] = list = [];
        list.Add(round);
        progress.Report(string.Create(System.Globalization.CultureInfo.InvariantCulture,
            $"[{++done}/{all}] {runner.Contender.Name,-16} {load,-14} {round.PerSecond,9:0}/s   p50 {round.P50,7:0} us   p99 {round.P99,7:0} us   CPU {round.TotalCpu,6:0.0} us{(round.HubCpu is { } hub ? $", hub {hub:0.0}" : "")}{(round.HubAllocated is { } bytes ? $", hub allocates {bytes:0} B" : "")}"));
    }

    Cell CellOf(Runner runner, string load, int concurrency, double? offered) => new(runner.Contender.Name, load, concurrency, offered, rounds[(runner.Contender.Name, load)]);
}
