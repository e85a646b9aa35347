namespace Exchange.Hosting.Connections;

/// <summary>
/// When a connection looks at its clock: each tick while something is under way, seldom while nothing is. Thousands of idle
/// connections would otherwise wake the machine tens of thousands of times a second.
/// </summary>
sealed class Pulse(ConnectionLimits limits, TimeProvider time) : IDisposable
{
    readonly Lock gate = new();
    PeriodicTimer? timer;
    volatile bool resting;
    bool over;

    /// <summary>The watcher's alone, who disposes it.</summary>
    public ValueTask<bool> Next(CancellationToken stop) => (timer ??= new PeriodicTimer(limits.Tick, time)).WaitForNextTickAsync(stop);

    /// <summary>Called after whatever needs the next tick is where the watcher will find it. Costs nothing unless it rests.</summary>
    public void Quicken()
    {
        // Either this sees that it rests, or whoever lets it rest sees what is under way.
        Interlocked.MemoryBarrier();
        if (resting)
            Beat(limits.Tick, rests: false);
    }

    /// <summary>The watcher's alone.</summary>
    /// <param name="isIdle">Asked again once it rests: something may have come in between.</param>
    public void RestIf(Func<bool> isIdle)
    {
        if (resting || !isIdle())
            return;
        Beat(limits.Rest, rests: true);
        Interlocked.MemoryBarrier();
        if (!isIdle())
            Beat(limits.Tick, rests: false);
    }

    public void Dispose()
    {
        lock (gate)
        {
            over = true;
            timer?.Dispose();
        }
    }

    void Beat(TimeSpan period, bool rests)
    {
        lock (gate)
        {
            if (over)
                return;
            resting = rests;
            timer!.Period = period;
        }
    }
}
