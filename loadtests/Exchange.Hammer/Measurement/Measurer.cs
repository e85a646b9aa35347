using System.Globalization;
using Exchange.Hammer.Contenders;
using Exchange.Hammer.Load;
using Exchange.Hammer.Machine;
using Exchange.Hammer.Parties;
using Exchange.Hammer.Results;

namespace Exchange.Hammer.Measurement;

/// <summary>
/// One run: every contender is warmed up, then all cells are measured in rounds, the contenders taking turns, so that
/// whatever else the machine does falls on all of them. Then the open loop, then the traces. Who fails is left out with
/// all its rounds, and a cell with too few answers in one round has no figure; a wrong answer of anybody, or a failure of
/// those whom all are compared with, voids the run.
/// </summary>
sealed class Measurer(MeasurementPlan plan, Contest contest, IProgress<string> progress)
{
    /// <summary>Longer than the exporters of spans wait.</summary>
    static readonly TimeSpan untilExported = TimeSpan.FromSeconds(6);

    /// <summary>From a failed call until a process that died is known to be dead.</summary>
    static readonly TimeSpan untilNoticed = TimeSpan.FromSeconds(1);

    readonly Dictionary<(string Id, string Load), List<Round>> rounds = [];
    readonly Dictionary<(string Id, string Load), string> tooFew = [];
    readonly List<double> multiplications = [];
    int done;

    /// <exception cref="VoidRunException">An answer was wrong, or T0 or the exchange failed.</exception>
    /// <exception cref="ChildFailedException">A process ended without which there is nothing to compare.</exception>
    public async Task<Report> Run(MachineFacts machine, CancellationToken stop)
    {
        var began = TimeProvider.System.GetUtcNow();
        var load = MachineFacts.LoadAverage();
        foreach (var runner in contest.Runners)
        {
            progress.Report($"warming up {runner.Name} for {plan.WarmUp.TotalSeconds:0} s");
            await Unless(runner, () => ClosedLoop.Run(runner.Sizes[plan.Sizes[0]].Contender, plan.MiddleConcurrency, plan.WarmUp, stop)).ConfigureAwait(false);
        }

        var closed = await Closed(stop).ConfigureAwait(false);
        var open = plan.IsWhole ? await Open(closed, stop).ConfigureAwait(false) : [];
        var stages = plan.IsWhole ? await Trace(stop).ConfigureAwait(false) : [];
        // Who failed at last has no figure of before either.
        var contenders = contest.Contenders;
        bool IsMeasured(Cell cell) => contenders.Single(one => one.Id == cell.Id).NotMeasured is null;
        return new Report(
            began, machine, load, MachineFacts.LoadAverage(), plan, contest.StartUp, Spread.Of(multiplications), contenders, [.. tooFew.Values],
            [.. closed.Where(IsMeasured)], [.. open.Where(IsMeasured)], stages);
    }

    async Task<IReadOnlyList<Cell>> Closed(CancellationToken stop)
    {
        CellLoad[] loads = [.. plan.Loads];
        var cells = loads.SelectMany(load => contest.Runners.Where(runner => Has(runner, load)).Select(runner => (Load: load, Runner: runner))).ToArray();
        for (var round = 0; round < plan.Rounds; round++)
        {
            multiplications.Add(CurveCost.Multiplication());
            foreach (var (load, runner) in cells)
                await Measure(runner, Text(load), plan.Rounds * cells.Length, () => ClosedLoop.Run(runner.Sizes[load.Size].Contender, load.Slots, plan.Length, stop), stop).ConfigureAwait(false);
        }
        return [.. cells.Where(cell => IsWhole(cell.Runner, Text(cell.Load))).Select(cell => CellOf(cell.Runner, Text(cell.Load), cell.Load.Slots, cell.Load.Size, null))];
    }

    async Task<IReadOnlyList<Cell>> Open(IReadOnlyList<Cell> closed, CancellationToken stop)
    {
        var size = plan.Sizes[0];
        var reached = closed.Where(cell => cell.Concurrency == plan.MiddleConcurrency && cell.Size == size).ToDictionary(cell => cell.Id, cell => Math.Round(cell.PerSecond.Median / 2));
        // Each at half of what it can, and the direct call also at what the exchange is offered.
        var offers = contest.Runners.Where(runner => reached.ContainsKey(runner.Id)).Select(runner => (Runner: runner, Rate: reached[runner.Id])).ToList();
        if (reached.TryGetValue(Lineup.Warm, out var warm))
            offers.Add((contest.Runners[0], warm));
        offers = [.. offers.DistinctBy(offer => (offer.Runner, offer.Rate))];
        done = 0;
        for (var round = 0; round < plan.Rounds; round++)
            foreach (var (runner, rate) in offers)
                await Measure(runner, Text(rate), plan.Rounds * offers.Count, () => OpenLoop.Run(
                    runner.Sizes[size].Contender, rate, Math.Min(512, runner.Sizes[size].Contender.MaximumSlots), plan.Length, stop), stop).ConfigureAwait(false);
        return [.. offers.Where(offer => IsWhole(offer.Runner, Text(offer.Rate))).Select(offer => CellOf(offer.Runner, Text(offer.Rate), 0, size, offer.Rate))];
    }

    async Task<IReadOnlyList<Stages>> Trace(CancellationToken stop)
    {
        var found = new List<Stages>();
        foreach (var slots in new[] { plan.Concurrency.Min(), plan.MiddleConcurrency }.Distinct())
            foreach (var runner in contest.Runners.Where(one => one.Id is Lineup.Warm or Lineup.Cold))
            {
                progress.Report($"tracing {runner.Name}, {slots} at once");
                var from = TimeProvider.System.GetUtcNow();
                await Unless(runner, () => ClosedLoop.Run(runner.Sizes[plan.Sizes[0]].Contender, slots, plan.Length, stop)).ConfigureAwait(false);
                await Task.Delay(untilExported, TimeProvider.System, stop).ConfigureAwait(false);
                if (Stages.Of(runner.Name, slots, contest.Spans.Since(from)) is { } stages)
                    found.Add(stages);
            }
        return found;
    }

    async Task Measure(Runner runner, string load, int all, Func<Task<LoadResult>> run, CancellationToken stop)
    {
        done++;
        if (!contest.Runners.Contains(runner) || tooFew.ContainsKey((runner.Id, load)))
            return;
        contest.Check();
        Round? round;
        try
        {
            round = await Unless(runner, () => Stopwatches.Measure(runner, run, stop)).ConfigureAwait(false);
        }
        catch (TooFewAnswersException e)
        {
            tooFew[(runner.Id, load)] = $"{runner.Name}, {load}: {e.Message}";
            progress.Report($"[{done}/{all}] no figure of {tooFew[(runner.Id, load)]}");
            return;
        }
        if (round is null)
            return;
        if (!rounds.TryGetValue((runner.Id, load), out var list))
            rounds[(runner.Id, load)] = list = [];
        list.Add(round);
        progress.Report(string.Create(CultureInfo.InvariantCulture,
            $"[{done}/{all}] {runner.Name,-16} {load,-22} {round.PerSecond,9:0}/s   p50 {round.P50,7:0} us   p99 {round.P99,7:0} us   CPU {round.TotalCpu,6:0.0} us{(round.HubCpu is { } middle ? $", middle {middle:0.0}" : "")}{(round.HubAllocated is { } bytes ? $", hub allocates {bytes:0} B" : "")}"));
    }

    /// <summary>Runs something of a runner, unless that fails: then it is left out, or with those that all depend on the run ends.</summary>
    async Task<T?> Unless<T>(Runner runner, Func<Task<T>> run)
        where T : class
    {
        try
        {
            return await run().ConfigureAwait(false);
        }
        catch (Exception e) when (e is CallFailedException or IOException or HttpRequestException)
        {
            await Task.Delay(untilNoticed, TimeProvider.System).ConfigureAwait(false);
            contest.Check();
            if (runner.Own is null)
                throw new VoidRunException($"{runner.Name}, {e.Message}");
            await contest.LeaveOut(runner, runner.Own.Ended() ?? e.Message).ConfigureAwait(false);
            return null;
        }
    }

    bool IsWhole(Runner runner, string load) => contest.Runners.Contains(runner) && rounds.TryGetValue((runner.Id, load), out var all) && all.Count == plan.Rounds;

    static bool Has(Runner runner, CellLoad load) => runner.Sizes.TryGetValue(load.Size, out var asked) && asked.Contender.MaximumSlots >= load.Slots;

    string Text(CellLoad load) => load.Size == plan.Sizes[0] ? $"{load.Slots} at once" : $"{load.Slots} at once, {load.Size} B";

    static string Text(double rate) => string.Create(CultureInfo.InvariantCulture, $"{rate:0} a second");

    Cell CellOf(Runner runner, string load, int concurrency, int size, double? offered) =>
        new(runner.Id, runner.Name, load, concurrency, size, runner.Sizes[size].What, offered, rounds[(runner.Id, load)]);
}
