using System.Globalization;

namespace Exchange.Hammer.Machine;

/// <summary>Memory of a process's own that no file backs (RssAnon of proc(5)), in MB of 1,000,000 bytes.</summary>
static class IdleMemory
{
    public static double Of(int process)
    {
        var line = File.ReadLines($"/proc/{process}/status").First(one => one.StartsWith("RssAnon:", StringComparison.Ordinal));
        return Math.Round(long.Parse(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024 / 1e6, 1);
    }
}
