using System.Globalization;
using Exchange.Hammer.Contenders;
using Exchange.Hammer.Measurement;

namespace Exchange.Hammer.Results;

/// <summary>What the exchange shall reach, and what of it this run and those merged with it have shown.</summary>
/// <param name="Value">Each figure by name; null where it was not measured.</param>
/// <param name="Target">The first bound of each figure that is judged.</param>
/// <param name="Met">False when one is missed; null when none is missed and one was not measured.</param>
sealed record TargetResult(string What, IReadOnlyDictionary<string, double?> Value, string Target, bool? Met);

/// <summary>P1 to P12, in their order. Figures that only other verbs can measure come from results that were merged; without, and where nobody can measure them yet, they are there unmeasured.</summary>
static class Targets
{
    /// <summary>Requester, hub and provider multiply a point each; nothing else of a COLD lookup is counted into its bound.</summary>
    public const int Multiplications = 3;

    /// <summary>Of the audit log, on two cores.</summary>
    public const int EntriesPerSecond = 100_000;

    /// <summary>Above two durable writes, what an entry of the log may take at the most, but for one in a hundred.</summary>
    public const int BeyondWritesMilliseconds = 2;

    /// <summary>Of the throughput without traces: as it ships, and with every trace recorded.</summary>
    public const double ShippedTracing = 0.95, AllTracing = 0.7;

    /// <summary>In the hub, for one WARM lookup.</summary>
    public const int AllocatedBytes = 3 * 1024;

    /// <summary>What a list may take, of the time that its multiplications take on all cores.</summary>
    public const double TimesBound = 1.5;

    /// <summary>Of 1,000 bytes, the hub's private memory for one idle connection.</summary>
    public const int ConnectionKilobytes = 64;

    /// <summary>By which one stalled provider may raise others' p99.</summary>
    public const int StallPercent = 10;

    public static IReadOnlyDictionary<string, TargetResult> Of(Report report)
    {
        Cell? Warm(int at) => report.At(Lineup.Warm, at);
        Cell? Cold(int at) => report.At(Lineup.Cold, at);
        Part Faster(string than, int at, double bound) =>
            Part.AtLeast($"T5 : {than} at {at}", Report.Divide(Warm(at), report.At(than, at), round => round.PerSecond)?.Median, bound);
        Part MiddleOfHaproxy(int at, double bound) =>
            Part.AtMost($"T5 : T1 at {at}", Report.Divide(Warm(at), report.At(Lineup.Haproxy, at), round => round.HubCpu)?.Median, bound);
        Part Conventional(int at) =>
            Part.AtLeast($"middle, T4 : T5 at {at}", Report.Divide(report.At(Lineup.Conventional, at), Warm(at), round => round.HubCpu)?.Median, 3);

        var merged = report.Merged;
        var cold = report.Closed.Where(cell => cell.Id == Lineup.Cold && cell.Size == report.Plan.Sizes[0]).MaxBy(cell => cell.PerSecond.Median);
        var bound = report.Machine.Cores * 1e6 / (Multiplications * report.Multiplication.Median);
        return new Dictionary<string, TargetResult>
        {
            ["P1"] = Judge("WARM throughput", Faster(Lineup.Haproxy, 128, 1.5), Faster(Lineup.Haproxy, 512, 2), Faster(Lineup.Direct, 512, 0.8)),
            ["P2"] = Judge("WARM CPU of the hub a lookup, by that of HAProxy", MiddleOfHaproxy(128, 1.5), MiddleOfHaproxy(512, 1)),
            ["P3"] = Judge("WARM median latency at 1 beyond T0's and one durable write, ms",
                Part.AtMost("ms", (Warm(1)?.P50.Median - report.At(Lineup.Direct, 1)?.P50.Median - report.Machine.FsyncMicroseconds) / 1000, 0.5)),
            ["P4"] = Judge("COLD CPU of the hub a lookup beyond WARM, by one multiplication",
                Part.AtMost("at 512", (Cold(512)?.HubCpu?.Median - Warm(512)?.HubCpu?.Median) / report.Multiplication.Median, 1.15)),
            ["P5"] = Judge($"best COLD throughput, by that of {Multiplications} multiplications a lookup on all cores", Part.AtLeast("COLD : bound", cold?.PerSecond.Median / bound, 0.6)),
            ["P6"] = Judge("audit log: durable entries a second; p99 beyond two durable writes, ms", Part.AtLeast("entries/s", merged.Append?.Best.PerSecond.Median, EntriesPerSecond), Part.AtMost("ms", merged.Append?.BeyondWrites, BeyondWritesMilliseconds)),
            ["P7"] = Judge("bulk linking of 100,000 people, wall time by the crypto bound", Part.AtMost("time : bound", merged.Bulk?.TimesBound, TimesBound)),
            ["P8"] = Judge("throughput against tracing off", Part.AtLeast("default sampling", merged.Ablation?.Shipped?.Median, ShippedTracing), Part.AtLeast("all recorded", merged.Ablation?.Recorded?.Median, AllTracing)),
            ["P9"] = Judge("allocation in the hub a WARM lookup, bytes; by how many its live memory surely grows for 1,000 lookups, all through ten minutes",
                Part.AtMost("bytes at 128", Warm(128)?.HubAllocated?.Median, AllocatedBytes), Part.AtMost("growth", merged.Soak?.SteadyGrowth, 0)),
            ["P10"] = Judge("hub's start to serving, s; private memory when idle, MB",
                Part.AtMost("hub start, s", report.StartUp?.HubSeconds, 1.5), Part.AtMost("hub, MB", report.StartUp?.HubMegabytes, 60), Part.AtMost("adapter, MB", report.StartUp?.AdapterMegabytes, 50)),
            ["P11"] = Judge("2,000 idle connections, KB each; others' p99 beside one stalled provider", Part.AtMost("KB", merged.Connections?.PrivateEach / 1000, ConnectionKilobytes), Part.AtMost("p99 raised by, %", merged.Connections?.Raised.Median, StallPercent), Part.Told("by the worst aggressor, %", merged.Fairness?.Worst)),
            ["P12"] = Judge("CPU a lookup against the conventional design, WARM, which has no curve arithmetic; the middle is judged, all processes told",
                Conventional(128), Conventional(512), Part.Told("all, T4 : T5 at 128", Report.Divide(report.At(Lineup.Conventional, 128), Warm(128), round => round.TotalCpu)?.Median)),
        };
    }

    static TargetResult Judge(string what, params IReadOnlyList<Part> parts) => new(
        what, parts.ToDictionary(part => part.Name, part => part.Value is { } value ? Math.Round(value, 3) : (double?)null),
        string.Join("; ", parts.Where(part => part.Bound is not null).Select(part => part.Bound)),
        parts.Any(part => part.IsMet == false) ? false : parts.Any(part => part.Bound is not null && part.IsMet is null) ? null : true);

    /// <param name="Bound">For people; null: only told.</param>
    sealed record Part(string Name, double? Value, string? Bound, bool? IsMet)
    {
        public static Part AtLeast(string name, double? value, double bound) => new(name, value, Text(">=", name, bound), value >= bound is var met && value is null ? null : met);

        public static Part AtMost(string name, double? value, double bound) => new(name, value, Text("<=", name, bound), value <= bound is var met && value is null ? null : met);

        public static Part Told(string name, double? value) => new(name, value, null, null);

        static string Text(string sign, string name, double bound) => string.Create(CultureInfo.InvariantCulture, $"{name} {sign} {bound:#,0.##}");
    }
}
