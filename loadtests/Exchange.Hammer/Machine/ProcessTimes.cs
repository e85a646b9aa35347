using System.Globalization;

namespace Exchange.Hammer.Machine;

/// <summary>CPU time of a process, user and system, from /proc/PID/stat.</summary>
static class ProcessTimes
{
    // USER_HZ: what Linux shows to user space, whatever the kernel's own clock.
    const double TicksPerSecond = 100;

    /// <exception cref="IOException">It is gone.</exception>
    public static TimeSpan Cpu(int process)
    {
        var fields = Fields(process);
        return TimeSpan.FromSeconds((Number(fields[11]) + Number(fields[12])) / TicksPerSecond);
    }

    /// <summary>The process and those it has started: a server may leave its work to others.</summary>
    public static IReadOnlyList<int> WithChildren(int process) =>
    [
        process,
        .. Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(name => name!.All(char.IsAsciiDigit)).Select(name => int.Parse(name!, CultureInfo.InvariantCulture)).Where(one => IsChild(one, process)),
    ];

    static bool IsChild(int process, int parent)
    {
        try
        {
            return Number(Fields(process)[1]) == parent;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>Those of proc(5) from the third on; the name, which is the second, may hold spaces, so they are counted from behind its parenthesis.</summary>
    static string[] Fields(int process)
    {
        var stat = File.ReadAllText($"/proc/{process}/stat");
        return stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
    }

    static long Number(string field) => long.Parse(field, CultureInfo.InvariantCulture);
}
