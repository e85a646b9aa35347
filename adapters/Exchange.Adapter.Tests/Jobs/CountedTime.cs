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

    /// <summary>To the first moment that is waited for; nowhere when whoever waited has just left.</summary>
    public void Next()
    {
        Waited? first;
        lock (changing)
            first = waited.MinBy(one => one.Due);
        if (first is not null && first.Due > GetUtcNow() && first.Due < DateTimeOffset.MaxValue)
            SetUtcNow(first.Due);
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime < TimeSpan.Zero)
            return base.CreateTimer(callback, state, dueTime, period);
        var one = new Waited(this);
        lock (changing)
            waited.Add(one);
        one.Timer = base.CreateTimer(_ =>
        {
            one.Gone();
            callback(state);
        }, null, dueTime, period);
        // Time may have moved while the timer was set: counted from now it is due by then for certain.
        one.Due = GetUtcNow() + dueTime;
        return one;
    }

    sealed class Waited(CountedTime time) : ITimer
    {
        DateTimeOffset due = DateTimeOffset.MaxValue;

        public DateTimeOffset Due
        {
            get
            {
                lock (time.changing)
                    return due;
            }

            set
            {
                lock (time.changing)
                    due = value;
            }
        }

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
