using System.Diagnostics;
using HdrHistogram;

namespace Exchange.Hammer.Load;

/// <summary>Latencies from 1 ns to an hour, three digits each. Several threads may record.</summary>
sealed class Latencies
{
    const long Longest = 3_600_000_000_000;

    readonly LongConcurrentHistogram histogram = new(1, Longest, 3);

    /// <param name="from">As <see cref="Stopwatch.GetTimestamp"/> counts.</param>
    public void Record(long from, long to) => histogram.RecordValue(Math.Clamp((long)Stopwatch.GetElapsedTime(from, to).TotalNanoseconds, 1, Longest));

    /// <param name="percentile">0 to 100.</param>
    public double Microseconds(double percentile) => histogram.GetValueAtPercentile(percentile) / 1000.0;
}
