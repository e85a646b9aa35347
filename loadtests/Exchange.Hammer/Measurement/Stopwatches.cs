using Exchange.Hammer.Load;
using Exchange.Hammer.Machine;
using Exchange.Hammer.Parties;

namespace Exchange.Hammer.Measurement;

/// <summary>Reads what every process has spent before and after a stretch of load.</summary>
static class Stopwatches
{
    /// <summary>Below this many answers a percentile is one answer's luck.</summary>
    const int FewestAnswers = 100;

    /// <exception cref="TooFewAnswersException">Too few answers for a figure.</exception>
    /// <exception cref="IOException">A process is gone.</exception>
    public static async Task<Round> Measure(Runner runner, Func<Task<LoadResult>> load, CancellationToken stop)
    {
        var allocated = await Allocated(runner, stop).ConfigureAwait(false);
        var before = Spent.By(runner);
        var result = await load().ConfigureAwait(false);
        var after = Spent.By(runner);
        var allocatedAfter = await Allocated(runner, stop).ConfigureAwait(false);
        if (result.Answers < FewestAnswers)
            throw new TooFewAnswersException($"only {result.Answers} answers came in {result.Took.TotalSeconds:0.0} s; give the rounds more time with --seconds");
        double Each(Func<Spent, TimeSpan> of) => (of(after) - of(before)).TotalMicroseconds / result.Answers;
        return new Round(
            result.Answers, result.Took.TotalSeconds, result.Answers / result.Took.TotalSeconds,
            result.Latencies.Microseconds(50), result.Latencies.Microseconds(90), result.Latencies.Microseconds(99), result.Latencies.Microseconds(99.9), result.Latencies.Microseconds(100),
            runner.Middle.Count == 0 ? null : Each(spent => spent.Middle), Each(spent => spent.Provider), runner.Adapter is null ? null : Each(spent => spent.Adapter), Each(spent => spent.Generator),
            (allocatedAfter - allocated) / (double?)result.Answers);
    }

    static async Task<long?> Allocated(Runner runner, CancellationToken stop) =>
        runner.HubMetrics is { } metrics ? (await metrics.Read(stop).ConfigureAwait(false)).Allocated : null;

    sealed record Spent(TimeSpan Middle, TimeSpan Provider, TimeSpan Adapter, TimeSpan Generator)
    {
        public static Spent By(Runner runner) => new(
            runner.Middle.Aggregate(TimeSpan.Zero, (sum, one) => sum + ProcessTimes.Cpu(one)), ProcessTimes.Cpu(runner.Provider),
            runner.Adapter is { } adapter ? ProcessTimes.Cpu(adapter) : TimeSpan.Zero, ProcessTimes.Cpu(Environment.ProcessId));
    }
}
