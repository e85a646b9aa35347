using Microsoft.Extensions.Time.Testing;

namespace Exchange.Adapter.Tests.Jobs;

/// <summary>A clock that goes from one moment that is waited for to the next, once so many wait.</summary>
sealed class CountedTime : FakeTimeProvider
{
    readonly Lock changing = new();
    readonly HashSet<Waited> waited = [];

    /// <summary>Timers that are set and have not gone off.</summary>
    public int Waiting
    {
        get
        {
            lock (changing)
                return waited.Count;
        }
    }

    /// <summary>Completes when so many wait at least, or the work is over.</summary>
    public async Task Until(int waiting, Task work)
    {
        var began = System.GetTimestamp();
        while (Waiting < waiting && !work.IsCompleted)
        {
            Assert.True(System.GetElapsedTime(began) < TimeSpan.FromSeconds(30), $"{Waiting} of {waiting} wait");
            await Task.Yield();
        }
    }

    /// <summary>To the first moment that is waited for.</summary>
    public void Next()
    {
        DateTimeOffset due;
        lock (changing)
            due = waited.Min(one => one.Due);
        SetUtcNow(due);
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime < TimeSpan.Zero)
            return base.CreateTimer(callback, state, dueTime, period);
        var one = new Waited(this, GetUtcNow() + dueTime);
        lock (changing)
            waited.Add(one);
        one.Timer = base.CreateTimer(_ =>
        {
            one.Gone();
            callback(state);
        }, null, dueTime, period);
        return one;
    }

    sealed class Waited(CountedTime time, DateTimeOffset due) : ITimer
    {
        public DateTimeOffset Due => due;

        public ITimer? Timer { get; set; }

        public void Gone()
        {
            lock (time.changing)
                time.waited.Remove(this);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period) => Timer!.Change(dueTime, period);

        public void Dispose()
        {
            Gone();
            Timer?.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
