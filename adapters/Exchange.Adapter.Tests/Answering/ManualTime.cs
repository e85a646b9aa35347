using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;

namespace Exchange.Adapter.Tests.Answering;

/// <summary>A clock that a test moves, and that says when somebody has begun to wait for a moment.</summary>
sealed class ManualTime() : FakeTimeProvider(new DateTimeOffset(2026, 4, 1, 9, 0, 0, TimeSpan.Zero))
{
    readonly ConcurrentDictionary<DateTimeOffset, TaskCompletionSource> watched = new();

    /// <summary>Completes when a timer is set, from now on, to that moment.</summary>
    public Task Awaited(DateTimeOffset moment) =>
        watched.GetOrAdd(moment, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        if (dueTime > TimeSpan.Zero && watched.TryGetValue(GetUtcNow() + dueTime, out var waits))
            waits.TrySetResult();
        return timer;
    }
}
