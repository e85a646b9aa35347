using System.Globalization;

namespace Exchange.Hammer.Machine;

/// <summary>What a hub says of itself at its own /metrics.</summary>
sealed class HubMetrics(HttpClient http, Uri metrics)
{
    /// <summary>Longer than the exporter gives out what it said before (300 ms).</summary>
    static readonly TimeSpan untilFresh = TimeSpan.FromMilliseconds(400);

    long? last;

    /// <summary>As of now: it waits as long as the answer would be that of the reading before.</summary>
    public async Task<HubReading> Read(CancellationToken stop)
    {
        if (last is { } before && untilFresh - TimeProvider.System.GetElapsedTime(before) is var wait && wait > TimeSpan.Zero)
            await Task.Delay(wait, TimeProvider.System, stop).ConfigureAwait(false);
        var text = await http.GetStringAsync(metrics, stop).ConfigureAwait(false);
        last = TimeProvider.System.GetTimestamp();
        return HubReading.Of(text);
    }
}

/// <summary>Null where it does not say.</summary>
/// <param name="Allocated">Bytes since it began.</param>
/// <param name="Heap">Bytes that the last collection left on the managed heap, all generations, without the gaps between them.</param>
/// <param name="Connections">Of adapters that have greeted.</param>
/// <param name="Cold">COLD lookups since it began, however they ended.</param>
sealed record HubReading(long? Allocated, long? Heap, long? Connections, long? Cold)
{
    /// <param name="text">As Prometheus reads it.</param>
    public static HubReading Of(string text)
    {
        string[] lines = text.Split('\n');
        return new HubReading(
            Sum(lines, "dotnet_gc_heap_total_allocated"),
            Sum(lines, "dotnet_gc_last_collection_heap_size") - Sum(lines, "dotnet_gc_last_collection_heap_fragmentation_size"),
            Sum(lines, "exchange_hub_connections"),
            Sum(lines, "exchange_hub_lookups", "kind=\"COLD\""));
    }

    /// <summary>Of every line that begins with the name and has the label.</summary>
    static long? Sum(string[] lines, string name, string label = "")
    {
        double? sum = null;
        foreach (var line in lines.Where(one => one.StartsWith(name, StringComparison.Ordinal) && one.Contains(label, StringComparison.Ordinal)))
            // Labels may hold spaces; the value, and a time where there is one, stand behind them.
            if (double.TryParse(line[Math.Max(line.LastIndexOf('}') + 1, line.IndexOf(' ', StringComparison.Ordinal))..].Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault(), CultureInfo.InvariantCulture, out var value))
                sum = (sum ?? 0) + value;
        return (long?)sum;
    }
}
