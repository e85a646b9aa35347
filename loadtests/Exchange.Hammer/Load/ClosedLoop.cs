using System.Diagnostics;
using Exchange.Hammer.Contenders;

namespace Exchange.Hammer.Load;

/// <summary>So many askers, each asking again as soon as it has its answer.</summary>
static class ClosedLoop
{
    /// <exception cref="VoidRunException">An answer was wrong.</exception>
    public static async Task<LoadResult> Run(IContender contender, int slots, TimeSpan length, CancellationToken stop)
    {
        var latencies = new Latencies();
        var answers = 0L;
        string? wrong = null;
        var started = Stopwatch.GetTimestamp();
        var until = started + (long)(length.TotalSeconds * Stopwatch.Frequency);
        await Task.WhenAll(Enumerable.Range(0, slots).Select(slot => Task.Run(() => Ask(slot), stop))).ConfigureAwait(false);
        var took = Stopwatch.GetElapsedTime(started);
        return wrong is null ? new LoadResult(answers, took, latencies) : throw new VoidRunException($"{contender.Name}, {slots} at once: {wrong}");

        async Task Ask(int slot)
        {
            for (var turn = 0L; Volatile.Read(ref wrong) is null && !stop.IsCancellationRequested; turn++)
            {
                var before = Stopwatch.GetTimestamp();
                if (before >= until)
                    return;
                var mistake = await contender.Ask(slot, slots, turn).ConfigureAwait(false);
                latencies.Record(before, Stopwatch.GetTimestamp());
                if (mistake is null)
                    Interlocked.Increment(ref answers);
                else
                    Interlocked.CompareExchange(ref wrong, mistake, null);
            }
            stop.ThrowIfCancellationRequested();
        }
    }
}
