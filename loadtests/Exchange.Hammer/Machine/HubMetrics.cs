using System.Globalization;

namespace Exchange.Hammer.Machine;

/// <summary>What a hub says of itself at its own /metrics. Null where it does not say.</summary>
sealed class HubMetrics(HttpClient http, Uri metrics)
{
    /// <summary>Bytes it has allocated since it began.</summary>
    public async Task<long?> Allocated(CancellationToken stop) => (long?)await Sum("dotnet_gc_heap_total_allocated", "", stop).ConfigureAwait(false);

    /// <summary>Bytes that the last collection left on the managed heap, all generations, without the gaps between them.</summary>
    public async Task<long?> Heap(CancellationToken stop) =>
        (long?)(await Sum("dotnet_gc_last_collection_heap_size", "", stop).ConfigureAwait(false) - await Sum("dotnet_gc_last_collection_heap_fragmentation_size", "", stop).ConfigureAwait(false));

    /// <summary>Connections of adapters that have greeted.</summary>
    public async Task<long?> Connections(CancellationToken stop) => (long?)await Sum("exchange_hub_connections", "", stop).ConfigureAwait(false);

    /// <summary>COLD lookups since it began, however they ended.</summary>
    public async Task<long?> Cold(CancellationToken stop) => (long?)await Sum("exchange_hub_lookups", "kind=\"COLD\"", stop).ConfigureAwait(false);

    /// <summary>Of every line that begins with the name and has the label.</summary>
    async Task<double?> Sum(string name, string label, CancellationToken stop)
    {
        var text = await http.GetStringAsync(metrics, stop).ConfigureAwait(false);
        double? sum = null;
        foreach (var line in text.Split('\n').Where(one => one.StartsWith(name, StringComparison.Ordinal) && one.Contains(label, StringComparison.Ordinal)))
            // Labels may hold spaces; the value, and a time where there is one, stand behind them.
            if (line[(line.IndexOf('}', StringComparison.Ordinal) + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries) is { Length: > 0 } rest
                && double.TryParse(rest[line.Contains('}', StringComparison.Ordinal) ? 0 : 1], CultureInfo.InvariantCulture, out var value))
                sum = (sum ?? 0) + value;
        return sum;
    }
}
