using System.Globalization;

namespace Exchange.Hammer.Machine;

/// <summary>Memory of a process's own that no file backs (RssAnon of proc(5)).</summary>
static class IdleMemory
{
    /// <summary>In MB of 1,000,000 bytes.</summary>
    public static double Of(int process) => Math.Round(Bytes(process) / 1e6, 1);

    /// <exception cref="IOException">It is gone.</exception>
    public static long Bytes(int process)
    {
        var line = File.ReadLines($"/proc/{process}/status").First(one => one.StartsWith("RssAnon:", StringComparison.Ordinal));
        return long.Parse(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }
}
