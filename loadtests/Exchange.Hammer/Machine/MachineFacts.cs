using System.Diagnostics;
using System.Reflection;
using System.Runtime;
using System.Runtime.InteropServices;
using Exchange.Gateway;

namespace Exchange.Hammer.Machine;

/// <summary>On what the figures were taken.</summary>
/// <param name="Commit">Of which the hub was built.</param>
/// <param name="FsyncMicroseconds">Median of appending 4 KiB and making it durable, in the folder of the stores.</param>
sealed record MachineFacts(string Cpu, int Cores, string Kernel, string Os, string Dotnet, bool ServerGc, string Commit, double FsyncMicroseconds)
{
    const int Syncs = 101;

    public static MachineFacts Read(string folder) => new(
        File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString(),
        Environment.ProcessorCount,
        File.ReadAllText("/proc/sys/kernel/osrelease").Trim(),
        RuntimeInformation.OSDescription,
        RuntimeInformation.FrameworkDescription,
        GCSettings.IsServerGC,
        typeof(GatewayHost).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+', 2) is [_, var commit] ? commit : "unknown",
        Fsync(folder));

    /// <summary>Runnable processes, averaged over the last minute.</summary>
    public static double LoadAverage() => double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);

    static double Fsync(string folder)
    {
        var path = Path.Combine(folder, "fsync-probe");
        using var file = File.OpenHandle(path, FileMode.Create, FileAccess.Write, options: FileOptions.DeleteOnClose);
        var page = new byte[4096];
        var times = new double[Syncs];
        for (var i = 0; i < Syncs; i++)
        {
            var started = Stopwatch.GetTimestamp();
            RandomAccess.Write(file, page, (long)i * page.Length);
            RandomAccess.FlushToDisk(file);
            times[i] = Stopwatch.GetElapsedTime(started).TotalMicroseconds;
        }
        Array.Sort(times);
        return Math.Round(times[Syncs / 2], 1);
    }
}
