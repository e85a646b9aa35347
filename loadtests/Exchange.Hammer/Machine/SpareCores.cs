using System.Globalization;

namespace Exchange.Hammer.Machine;

/// <summary>Processors of the machine that this program and its children were not given: <c>taskset -c 0</c> before a command leaves all others to somebody else.</summary>
static class SpareCores
{
    /// <summary>As taskset(1) takes them, such as <c>1,3</c>; empty when there are none.</summary>
    public static string Read() => Of(
        File.ReadAllText("/sys/devices/system/cpu/online"),
        File.ReadLines("/proc/self/status").Single(line => line.StartsWith("Cpus_allowed_list:", StringComparison.Ordinal))["Cpus_allowed_list:".Length..]);

    /// <param name="online">And <paramref name="given"/>: lists of the kernel, such as <c>0-2,5</c>.</param>
    internal static string Of(string online, string given) => string.Join(',', Numbers(online).Except(Numbers(given)));

    static IEnumerable<int> Numbers(string list) => list.Trim().Split(',').SelectMany(part =>
    {
        var ends = part.Split('-').Select(number => int.Parse(number, CultureInfo.InvariantCulture)).ToArray();
        return Enumerable.Range(ends[0], ends[^1] - ends[0] + 1);
    });
}
