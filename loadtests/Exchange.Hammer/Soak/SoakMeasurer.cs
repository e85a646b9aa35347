using System.Globalization;
using Exchange.Hammer.Load;
using Exchange.Hammer.Machine;
using Exchange.Hammer.Parties;

namespace Exchange.Hammer.Soak;

/// <summary>WARM load, and between its stretches a look at the hub, which collects its whole heap for it.</summary>
sealed class SoakMeasurer(SoakPlan plan, LoneExchange exchange, IProgress<string> progress)
{
    readonly LiveExchange live = exchange.Live;
    readonly List<SoakSample> samples = [];

    /// <exception cref="VoidRunException">An answer was wrong.</exception>
    /// <exception cref="CallFailedException">A lookup failed.</exception>
    /// <exception cref="ChildFailedException">A process ended.</exception>
    public Task<SoakFigures> Run(MachineFacts machine, CancellationToken stop) => live.While(() => Measure(machine, stop));

    async Task<SoakFigures> Measure(MachineFacts machine, CancellationToken stop)
    {
        var (began, load) = (TimeProvider.System.GetUtcNow(), MachineFacts.LoadAverage());
        progress.Report($"warming up for {plan.WarmUp.TotalSeconds:0} s");
        await ClosedLoop.Run(exchange.Lookups, plan.Concurrency, plan.WarmUp, stop).ConfigureAwait(false);
        var before = await Read(null, null, stop).ConfigureAwait(false);
        for (var stretch = 0; stretch < plan.Stretches; stretch++)
        {
            var result = await ClosedLoop.Run(exchange.Lookups, plan.Concurrency, plan.Every, stop).ConfigureAwait(false);
            var after = await live.HubMetrics.Read(stop).ConfigureAwait(false);
            before = await Read(result, after.Allocated - before.Allocated, stop).ConfigureAwait(false);
        }
        return new SoakFigures(began, machine, load, plan, [.. samples]);
    }

    /// <returns>What the hub said after its collection.</returns>
    async Task<HubReading> Read(LoadResult? stretch, long? allocated, CancellationToken stop)
    {
        var own = IdleMemory.Bytes(live.Hub);
        await FullCollection.Of(live.Hub, stop).ConfigureAwait(false);
        var reading = await live.HubMetrics.Read(stop).ConfigureAwait(false);
        var before = samples.Count > 0 ? samples[^1] : null;
        var sample = stretch is null
            ? new SoakSample(0, 0, 0, 0, null, own, reading.Heap)
            : new SoakSample(
                Math.Round(before!.Seconds + stretch.Took.TotalSeconds, 1), before.Lookups + stretch.Answers, Math.Round(stretch.Answers / stretch.Took.TotalSeconds), stretch.Latencies.Microseconds(99),
                allocated / (double?)stretch.Answers is { } bytes ? Math.Round(bytes) : null, own, reading.Heap);
        samples.Add(sample);
        progress.Report(string.Create(CultureInfo.InvariantCulture,
            $"[{samples.Count - 1}/{plan.Stretches}] {sample.Lookups,11:#,0} lookups {sample.PerSecond,8:#,0}/s   hub allocates {sample.Allocated,6:#,0} B each, private {sample.Private / 1e6,6:0.0} MB, live {sample.Heap / 1e6,6:0.00} MB"));
        return reading;
    }
}
