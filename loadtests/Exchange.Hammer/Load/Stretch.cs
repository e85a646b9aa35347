using Exchange.Hammer.Contenders;

namespace Exchange.Hammer.Load;

/// <summary>What the askers of one stretch of load share: their answers, and the first thing that ends them all.</summary>
sealed class Stretch(IContender contender, string load)
{
    /// <summary>Beyond its length, until whoever is asked counts as gone.</summary>
    static readonly TimeSpan patience = TimeSpan.FromSeconds(30);

    long answers;
    Exception? ended;

    public Latencies Latencies { get; } = new();

    public long Answers => Interlocked.Read(ref answers);

    public bool HasEnded => Volatile.Read(ref ended) is not null;

    /// <param name="from">When the question left or should have left, as <see cref="System.Diagnostics.Stopwatch.GetTimestamp"/> counts.</param>
    public async Task Ask(int slot, int slots, long turn, long from)
    {
        try
        {
            var mistake = await contender.Ask(slot, slots, turn).ConfigureAwait(false);
            Latencies.Record(from, System.Diagnostics.Stopwatch.GetTimestamp());
            if (mistake is null)
                Interlocked.Increment(ref answers);
            else
                End(new VoidRunException($"{contender.Name}, {load}: {mistake}"));
        }
        catch (CallFailedException e)
        {
            End(new CallFailedException($"{load}: {e.Message}"));
        }
    }

    /// <exception cref="VoidRunException">An answer was wrong.</exception>
    /// <exception cref="CallFailedException">A call failed, or answers stayed away.</exception>
    public async Task Wait(Task askers, TimeSpan length, CancellationToken stop)
    {
        try
        {
            await askers.WaitAsync(length + patience, TimeProvider.System, stop).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            End(new CallFailedException($"{load}: no answer within {patience.TotalSeconds:0} s"));
        }
        if (ended is not null)
            throw ended;
    }

    void End(Exception why) => Interlocked.CompareExchange(ref ended, why, null);
}
