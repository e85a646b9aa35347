using Microsoft.Extensions.Time.Testing;

namespace Exchange.Hosting.Tests.Connections;

/// <summary>Counts how often timers wake somebody.</summary>
sealed class CountedTime : FakeTimeProvider
{
    int ticks;

    /// <summary>While so many seconds go by.</summary>
    public int TicksIn(int seconds)
    {
        var before = Volatile.Read(ref ticks);
        for (var i = 0; i < seconds * 100; i++)
            Advance(TimeSpan.FromMilliseconds(10));
        return Volatile.Read(ref ticks) - before;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => base.CreateTimer(
        it =>
        {
            Interlocked.Increment(ref ticks);
            callback(it);
        },
        state, dueTime, period);
}
