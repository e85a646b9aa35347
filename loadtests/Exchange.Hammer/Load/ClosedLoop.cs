using System.Diagnostics;
using Exchange.Hammer.Contenders;

namespace Exchange.Hammer.Load;

/// <summary>So many askers, each asking again as soon as it has its answer.</summary>
static class ClosedLoop
{
    /// <exception cref="VoidRunException">An answer was wrong.</exception>
    /// <exception cref="CallFailedException">A call failed, or answers stayed away.</exception>
    public static async Task<LoadResult> Run(IContender contender, int slots, TimeSpan length, CancellationToken stop)
    {
        var stretch = new Stretch(contender, $"{slots} at once");
        var started = Stopwatch.GetTimestamp();
        var until = started + (long)(length.TotalSeconds * Stopwatch.Frequency);
        await stretch.Wait(Task.WhenAll(Enumerable.Range(0, slots).Select(slot => Task.Run(() => Ask(slot), stop))), length, stop).ConfigureAwait(false);
        return new LoadResult(stretch.Answers, Stopwatch.GetElapsedTime(started), stretch.Latencies);

        async Task Ask(int slot)
        {
            for (var turn = 0L; !stretch.HasEnded; turn++)
            {
                stop.ThrowIfCancellationRequested();
                var before = Stopwatch.GetTimestamp();
                if (before >= until)
                    return;
                await stretch.Ask(slot, slots, turn, before).ConfigureAwait(false);
            }
        }
    }
}
