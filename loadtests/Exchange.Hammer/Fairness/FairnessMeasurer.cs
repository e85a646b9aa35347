using System.Globalization;
using Exchange.Hammer.Contenders;
using Exchange.Hammer.Load;
using Exchange.Hammer.Machine;
using Exchange.Hammer.Parties;

namespace Exchange.Hammer.Fairness;

/// <summary>A town's lookups without and beside somebody who does too much, in turns.</summary>
sealed class FairnessMeasurer(FairnessPlan plan, LoneExchange exchange, string state, IProgress<string> progress)
{
    /// <summary>After an aggressor has ended, until the hub has done what it left behind.</summary>
    static readonly TimeSpan rest = TimeSpan.FromSeconds(2);

    readonly LiveExchange live = exchange.Live;
    readonly int provider = exchange.Live.Lookups(Lineup.Warm).Provider;

    /// <exception cref="VoidRunException">An answer was wrong, or an aggressor did not do its worst.</exception>
    /// <exception cref="CallFailedException">A lookup failed.</exception>
    /// <exception cref="ChildFailedException">A process ended.</exception>
    public Task<FairnessFigures> Run(MachineFacts machine, CancellationToken stop) => live.While(() => Measure(machine, stop));

    async Task<FairnessFigures> Measure(MachineFacts machine, CancellationToken stop)
    {
        var (began, load) = (TimeProvider.System.GetUtcNow(), MachineFacts.LoadAverage());
        progress.Report($"warming up for {plan.WarmUp.TotalSeconds:0} s, as fast as it goes");
        await ClosedLoop.Run(exchange.Lookups, plan.Concurrency, plan.WarmUp, stop).ConfigureAwait(false);
        var closed = await ClosedLoop.Run(exchange.Lookups, plan.Concurrency, plan.WarmUp, stop).ConfigureAwait(false);
        var reached = Math.Round(closed.Answers / closed.Took.TotalSeconds);
        var perSecond = Math.Max(1, (int)(reached * plan.Percent / 100));
        progress.Report(string.Create(CultureInfo.InvariantCulture, $"{reached:#,0} answers a second; the victim asks {perSecond:#,0}"));
        var aggressors = new List<AggressorFigures>();
        foreach (var name in AggressorNames.All.Where(plan.Aggressors.Contains))
        {
            progress.Report($"getting the {name} ready");
            await using var aggressor = await Ready(name, stop).ConfigureAwait(false);
            var rounds = new List<FairnessRound>();
            for (var round = 0; round < plan.Unjudged; round++)
                await Round("[does not count]", name, aggressor, perSecond, stop).ConfigureAwait(false);
            for (var round = 1; round <= plan.Rounds; round++)
                rounds.Add(await Round($"[{round}/{plan.Rounds}]", name, aggressor, perSecond, stop).ConfigureAwait(false));
            aggressors.Add(new AggressorFigures(name, aggressor.What, rounds));
        }
        return new FairnessFigures(began, machine, load, plan, reached, perSecond, aggressors);
    }

    async Task<IAggressor> Ready(string name, CancellationToken stop) => name switch
    {
        AggressorNames.Flood => new Flood(exchange.Folder, state, plan),
        AggressorNames.Batch => await Batch.Start(exchange.Folder, state, plan, stop).ConfigureAwait(false),
        _ => new Deaf(exchange.Folder, state, plan),
    };

    async Task<FairnessRound> Round(string which, string name, IAggressor aggressor, int perSecond, CancellationToken stop)
    {
        var without = await Half($"{which} without the {name}", perSecond, stop).ConfigureAwait(false);
        await aggressor.Begin(stop).ConfigureAwait(false);
        var beside = await Half($"{which} beside it", perSecond, stop).ConfigureAwait(false);
        var deeds = await aggressor.End().ConfigureAwait(false);
        progress.Report(string.Create(CultureInfo.InvariantCulture, $"  it asked {deeds.Asked:#,0} in {deeds.Seconds:0.0} s, {deeds.Answered:#,0} were answered{(deeds.Unread is { } unread ? $", {unread:#,0} bytes lay unread" : "")}; {FairnessReport.Refusals(deeds.Refused)}"));
        await Task.Delay(rest, TimeProvider.System, stop).ConfigureAwait(false);
        return new FairnessRound(without, beside, deeds);
    }

    async Task<VictimHalf> Half(string what, int perSecond, CancellationToken stop)
    {
        var (hub, answering, all) = (ProcessTimes.Cpu(live.Hub), ProcessTimes.Cpu(provider), BusyCores.Read());
        var result = await OpenLoop.Run(exchange.Lookups, perSecond, plan.Concurrency, plan.Length, stop).ConfigureAwait(false);
        double Cores(int process, TimeSpan before) => Math.Round((ProcessTimes.Cpu(process) - before) / result.Took, 3);
        var half = new VictimHalf(
            result.Answers, result.Latencies.Microseconds(50), result.Latencies.Microseconds(99), result.Latencies.Microseconds(99.9), Cores(live.Hub, hub), Cores(provider, answering), BusyCores.Read().Since(all));
        progress.Report(string.Create(CultureInfo.InvariantCulture,
            $"{what,-34} {half.Answers,8:#,0} answers   p50 {half.P50,7:#,0} us   p99 {half.P99,8:#,0} us   hub {half.HubCores:0.00} cores   all {half.Busy:0 %} busy"));
        return half;
    }
}
