using Exchange.Hammer.Load;
using Exchange.Hammer.Machine;
using Exchange.Hammer.Parties;
using Exchange.Sandbox.Processes;

namespace Exchange.Hammer.Measurement;

/// <summary>Reads what every process has spent before and after a stretch of load.</summary>
sealed class Stopwatches(LiveExchange exchange)
{
    /// <summary>Below this many answers a percentile is one answer's luck.</summary>
    const int FewestAnswers = 100;

    /// <exception cref="VoidRunException">Too few answers for a figure.</exception>
    public async Task<Round> Measure(ChildProcess? hub, ChildProcess provider, Func<Task<LoadResult>> load, CancellationToken stop)
    {
        exchange.Check();
        var allocated = hub is null ? null : await exchange.HubMemory.Allocated(stop).ConfigureAwait(false);
        var before = Cpu(hub, provider);
        var result = await load().ConfigureAwait(false);
        var after = Cpu(hub, provider);
        exchange.Check();
        var allocatedAfter = hub is null ? null : await exchange.HubMemory.Allocated(stop).ConfigureAwait(false);
        if (result.Answers < FewestAnswers)
            throw new VoidRunException($"only {result.Answers} answers came in {result.Took.TotalSeconds:0.0} s; give the rounds more time with --seconds");
        double Each(TimeSpan spent) => spent.TotalMicroseconds / result.Answers;
        return new Round(
            result.Answers, result.Took.TotalSeconds, result.Answers / result.Took.TotalSeconds,
            result.Latencies.Microseconds(50), result.Latencies.Microseconds(90), result.Latencies.Microseconds(99), result.Latencies.Microseconds(99.9), result.Latencies.Microseconds(100),
            hub is null ? null : Each(after.Hub - before.Hub), Each(after.Provider - before.Provider), Each(after.Generator - before.Generator),
            (allocatedAfter - allocated) / (double?)result.Answers);
    }

    static (TimeSpan Hub, TimeSpan Provider, TimeSpan Generator) Cpu(ChildProcess? hub, ChildProcess provider) =>
        (hub is null ? TimeSpan.Zero : ProcessTimes.Cpu(hub.Id), ProcessTimes.Cpu(provider.Id), ProcessTimes.Cpu(Environment.ProcessId));
}
