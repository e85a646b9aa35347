using System.Globalization;

namespace Exchange.Hammer.Machine;

/// <summary>How busy the processors were that this program was given, whoever used them (/proc/stat).</summary>
/// <param name="All">Ticks of these processors.</param>
/// <param name="Idle">Of them, those in which nobody had anything to do.</param>
sealed record BusyCores(long All, long Idle)
{
    /// <summary>user, nice, system, idle, iowait, irq, softirq, steal: what guests use is counted in the first two already.</summary>
    const int Fields = 8;

    public static BusyCores Read() => Of(File.ReadLines("/proc/stat"), SpareCores.Given);

    /// <summary>Share that was in use since then, 0 to 1.</summary>
    public double Since(BusyCores before) => All == before.All ? 0 : Math.Round(1 - (Idle - before.Idle) / (double)(All - before.All), 3);

    internal static BusyCores Of(IEnumerable<string> stat, IReadOnlyList<int> processors)
    {
        var names = processors.Select(number => $"cpu{number}").ToHashSet();
        var lines = stat.Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(words => words.Length > Fields && names.Contains(words[0]));
        long[][] ticks = [.. lines.Select(words => words.Skip(1).Take(Fields).Select(word => long.Parse(word, CultureInfo.InvariantCulture)).ToArray())];
        return new BusyCores(ticks.Sum(one => one.Sum()), ticks.Sum(one => one[3] + one[4]));
    }
}
