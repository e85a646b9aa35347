using System.Globalization;

namespace Exchange.Gateway.Limits;

/// <summary>A quota: so many in a period on average, and so many at once after a rest.</summary>
/// <param name="Count">Per period.</param>
/// <param name="Burst">How many may follow each other at once.</param>
public sealed record Limit(int Count, TimeSpan Period, int Burst)
{
    public const int MaximumCount = 10_000_000, MaximumBurst = 1_000_000;

    /// <summary>Ticks (100 ns) after which one more is earned; rounded up, so that never more than the rate is admitted.</summary>
    public long Interval { get; } = (Period.Ticks + Count - 1) / Count;

    /// <summary>Ticks that a full burst is worth.</summary>
    public long Tolerance => Interval * Burst;

    /// <param name="rate">Such as <c>20/s</c>, <c>600/m</c>, <c>10000/h</c> or <c>1000000/d</c>.</param>
    public static bool TryParseRate(string rate, out int count, out TimeSpan period)
    {
        period = rate.Length < 3 || rate[^2] != '/' ? default : rate[^1] switch
        {
            's' => TimeSpan.FromSeconds(1),
            'm' => TimeSpan.FromMinutes(1),
            'h' => TimeSpan.FromHours(1),
            'd' => TimeSpan.FromDays(1),
            _ => default,
        };
        count = 0;
        return period != default
            && int.TryParse(rate.AsSpan(0, rate.Length - 2), NumberStyles.None, CultureInfo.InvariantCulture, out count)
            && count is > 0 and <= MaximumCount
            && count / period.TotalSeconds <= MaximumPerSecond;
    }

    /// <summary>Above this the interval's rounding would cost more than 1 % of the rate.</summary>
    public const int MaximumPerSecond = 100_000;
}
