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
    /// <exception cref="CallFailedException">A call failed, or answers stayed away.</exception>
    public static async Task<LoadResult> Run(IContender contender, double perSecond, int slots, TimeSpan length, CancellationToken stop)
    {
        var stretch = new Stretch(contender, $"{perSecond:0} a second");
        var total = (long)(perSecond * length.TotalSeconds);
        var due = Channel.CreateBounded<long>(new BoundedChannelOptions((int)Math.Min(total + 1, int.MaxValue)) { SingleWriter = true });
        var askers = Enumerable.Range(0, slots).Select(slot => Task.Run(() => Ask(slot), stop)).ToArray();

        var started = Stopwatch.GetTimestamp();
        await Task.Factory.StartNew(Offer, stop, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
        stop.ThrowIfCancellationRequested();
        due.Writer.Complete();
        await stretch.Wait(Task.WhenAll(askers), length, stop).ConfigureAwait(false);
        return new LoadResult(stretch.Answers, Stopwatch.GetElapsedTime(started), stretch.Latencies);

        // On a thread of its own: the runtime's timers come milliseconds late, which would count as the latency of whoever is asked.
        void Offer()
        {
            for (var sent = 0L; sent < total && !stretch.HasEnded && !stop.WaitHandle.WaitOne(tick);)
                for (var elapsed = Stopwatch.GetElapsedTime(started); sent < total; sent++)
                {
                    var at = TimeSpan.FromMilliseconds(Math.Floor(sent / perSecond * 1000));
                    if (at > elapsed)
                        break;
                    due.Writer.TryWrite(started + (long)(at.TotalSeconds * Stopwatch.Frequency));
                }
        }

        async Task Ask(int slot)
        {
            // One waits for one: ReadAllAsync would wake all who wait for each that comes.
            for (var turn = 0L; !stretch.HasEnded && await Next().ConfigureAwait(false) is { } intended; turn++)
                await stretch.Ask(slot, slots, turn, intended).ConfigureAwait(false);
        }

        async ValueTask<long?> Next()
        {
            try
            {
                return await due.Reader.ReadAsync(stop).ConfigureAwait(false);
            }
            catch (ChannelClosedException)
            {
                return null;
            }
        }
    }
}
