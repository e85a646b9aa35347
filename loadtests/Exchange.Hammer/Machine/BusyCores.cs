using System.Globalization;

namespace Exchange.Hammer.Machine;

/// <summary>How busy all processors of the machine were, whoever used them (/proc/stat).</summary>
/// <param name="All">Ticks of all processors.</param>
/// <param name="Idle">Of them, those in which nobody had anything to do.</param>
sealed record BusyCores(long All, long Idle)
{
    /// <summary>user, nice, system, idle, iowait, irq, softirq, steal: what guests use is counted in the first two already.</summary>
    const int Fields = 8;

    public static BusyCores Read()
    {
        long[] ticks = [.. File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Take(Fields).Select(field => long.Parse(field, CultureInfo.InvariantCulture))];
        return new BusyCores(ticks.Sum(), ticks[3] + ticks[4]);
    }

    /// <summary>Share that was in use since then, 0 to 1.</summary>
    public double Since(BusyCores before) => All == before.All ? 0 : Math.Round(1 - (Idle - before.Idle) / (double)(All - before.All), 3);
}
