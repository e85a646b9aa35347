using System.Globalization;

namespace Exchange.Hammer.Machine;

/// <summary>Processors that this program and its children were not given: <c>taskset -c 0</c> before a command leaves all others to somebody else.</summary>
static class SpareCores
{
    /// <summary>Of this program, by their numbers.</summary>
    public static IReadOnlyList<int> Given { get; } = [.. Numbers(Allowed("self"))];

    /// <summary>As taskset(1) takes them, such as <c>1,3</c>; empty when there are none. The first process has what the machine, or the container, has.</summary>
    public static string Read() => Of(Allowed("1"), Allowed("self"));

    /// <param name="all">And <paramref name="given"/>: lists of the kernel, such as <c>0-2,5</c>.</param>
    internal static string Of(string all, string given) => string.Join(',', Numbers(all).Except(Numbers(given)));

    static string Allowed(string process) =>
        File.ReadLines($"/proc/{process}/status").Single(line => line.StartsWith("Cpus_allowed_list:", StringComparison.Ordinal))["Cpus_allowed_list:".Length..];

    static IEnumerable<int> Numbers(string list) => list.Trim().Split(',').SelectMany(part =>
    {
        var ends = part.Split('-').Select(number => int.Parse(number, CultureInfo.InvariantCulture)).ToArray();
        return Enumerable.Range(ends[0], ends[^1] - ends[0] + 1);
    });
}
