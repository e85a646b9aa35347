using CsCheck;
using Exchange.Gateway.Limits;

namespace Exchange.Gateway.Tests.Limits;

public sealed class GcraTests
{
    /// <summary>A limit, and arrivals as (ticks since the one before, how many at once).</summary>
    static readonly Gen<(long Interval, int Burst, (int Gap, int Cost)[] Arrivals)> histories =
        Gen.Select(Gen.Long[1, 1000], Gen.Int[1, 20], Gen.Select(Gen.Int[0, 3000], Gen.Int[1, 8]).Array[1, 60]);

    [Fact]
    public void Never_more_than_burst_and_rate_is_admitted_in_any_stretch_of_time() => histories.Sample(history =>
    {
        var admitted = new List<(long At, int Cost)>();
        Replay(history, (now, cost, taken, _, _) =>
        {
            if (taken)
                admitted.Add((now, cost));
        });

        for (var from = 0; from < admitted.Count; from++)
        {
            var sum = 0L;
            for (var to = from; to < admitted.Count; to++)
            {
                sum += admitted[to].Cost;
                Assert.True(sum <= history.Burst + (admitted[to].At - admitted[from].At) / history.Interval);
            }
        }
    });

    [Fact]
    public void The_time_to_retry_is_exact() => histories.Sample(history =>
        Replay(history, (now, cost, taken, arrival, retryAfter) =>
        {
            if (taken || retryAfter == Gcra.Never)
                return;
            var tolerance = history.Interval * history.Burst;
            Assert.True(Gcra.TryTake(arrival, now + retryAfter, history.Interval, tolerance, cost, out _, out _));
            Assert.False(Gcra.TryTake(arrival, now + retryAfter - 1, history.Interval, tolerance, cost, out _, out _));
        }));

    [Fact]
    public void After_a_rest_a_whole_burst_is_admitted_and_not_one_more() => histories.Sample(history =>
    {
        var tolerance = history.Interval * history.Burst;
        var (arrival, end) = Replay(history, (_, _, _, _, _) => { });
        var now = end + tolerance;

        for (var i = 0; i < history.Burst; i++)
            Assert.True(Gcra.TryTake(arrival, now, history.Interval, tolerance, 1, out arrival, out _));

        Assert.False(Gcra.TryTake(arrival, now, history.Interval, tolerance, 1, out _, out var retryAfter));
        Assert.Equal(history.Interval, retryAfter);
    });

    [Fact]
    public void More_than_a_burst_never_fits_however_large()
    {
        Assert.False(Gcra.TryTake(0, 0, TimeSpan.TicksPerDay, TimeSpan.TicksPerDay * Limit.MaximumBurst, int.MaxValue, out var next, out var retryAfter));
        Assert.Equal((0, Gcra.Never), (next, retryAfter));
    }

    static (long Arrival, long Now) Replay(
        (long Interval, int Burst, (int Gap, int Cost)[] Arrivals) history, Action<long, int, bool, long, long> each)
    {
        long arrival = 0, now = 0;
        foreach (var (gap, cost) in history.Arrivals)
        {
            now += gap;
            var taken = Gcra.TryTake(arrival, now, history.Interval, history.Interval * history.Burst, cost, out var next, out var retryAfter);
            each(now, cost, taken, arrival, retryAfter);
            arrival = next;
        }
        return (arrival, now);
    }
}
