using System.Diagnostics;
using System.Threading.Channels;
using Exchange.Hammer.Contenders;

namespace Exchange.Hammer.Load;

/// <summary>
/// Questions arrive whether or not earlier ones are answered: a group each millisecond. Latency counts from the moment
/// a question should have left, so what waits because everything is slow is counted as slow.
/// </summary>
static class OpenLoop
{
    static readonly TimeSpan tick = TimeSpan.FromMilliseconds(1);

    /// <param name="slots">Questions under way at most; more wait, and their latency grows.</param>
    /// <exception cref="VoidRunException">An answer was wrong.</exception>
    public static async Task<LoadResult> Run(IContender contender, double perSecond, int slots, TimeSpan length, CancellationToken stop)
    {
        var latencies = new Latencies();
        var answers = 0L;
        string? wrong = null;
        var total = (long)(perSecond * length.TotalSeconds);
        var due = Channel.CreateBounded<long>(new BoundedChannelOptions((int)Math.Min(total + 1, int.MaxValue)) { SingleWriter = true });
        var askers = Enumerable.Range(0, slots).Select(slot => Task.Run(() => Ask(slot), stop)).ToArray();

        var started = Stopwatch.GetTimestamp();
        using (var timer = new PeriodicTimer(tick, TimeProvider.System))
            for (var sent = 0L; sent < total && wrong is null && await timer.WaitForNextTickAsync(stop).ConfigureAwait(false);)
                for (var elapsed = Stopwatch.GetElapsedTime(started); sent < total; sent++)
                {
                    var at = TimeSpan.FromMilliseconds(Math.Floor(sent / perSecond * 1000));
                    if (at > elapsed)
                        break;
                    due.Writer.TryWrite(started + (long)(at.TotalSeconds * Stopwatch.Frequency));
                }
        due.Writer.Complete();
        await Task.WhenAll(askers).ConfigureAwait(false);
        var took = Stopwatch.GetElapsedTime(started);
        return wrong is null ? new LoadResult(answers, took, latencies) : throw new VoidRunException($"{contender.Name}, {perSecond:0} a second: {wrong}");

        async Task Ask(int slot)
        {
            var turn = 0L;
            await foreach (var intended in due.Reader.ReadAllAsync(stop).ConfigureAwait(false))
            {
                var mistake = await contender.Ask(slot, slots, turn++).ConfigureAwait(false);
                latencies.Record(intended, Stopwatch.GetTimestamp());
                if (mistake is null)
                    Interlocked.Increment(ref answers);
                else
                    Interlocked.CompareExchange(ref wrong, mistake, null);
            }
        }
    }
}
