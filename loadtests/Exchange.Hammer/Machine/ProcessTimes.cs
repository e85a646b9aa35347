using System.Globalization;

namespace Exchange.Hammer.Machine;

/// <summary>CPU time of a process, user and system, from /proc/PID/stat.</summary>
static class ProcessTimes
{
    // USER_HZ: what Linux shows to user space, whatever the kernel's own clock.
    const double TicksPerSecond = 100;

    public static TimeSpan Cpu(int process)
    {
        var stat = File.ReadAllText($"/proc/{process}/stat");
        // Fields 14 and 15 of proc(5); the name in field 2 may hold spaces, so count from behind its parenthesis.
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        var ticks = long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
        return TimeSpan.FromSeconds(ticks / TicksPerSecond);
    }
}
