using System.Globalization;

namespace Exchange.Hammer.Machine;

/// <summary>How many bytes a process has allocated since it began, from its own /metrics.</summary>
sealed class HubMemory(HttpClient http, Uri metrics)
{
    const string Counter = "dotnet_gc_heap_total_allocated";

    /// <returns>Null when the process does not say.</returns>
    public async Task<long?> Allocated(CancellationToken stop)
    {
        var text = await http.GetStringAsync(metrics, stop).ConfigureAwait(false);
        var line = text.Split('\n').FirstOrDefault(one => one.StartsWith(Counter, StringComparison.Ordinal));
        return line?.Split(' ') is [_, var value, ..] && double.TryParse(value, CultureInfo.InvariantCulture, out var bytes) ? (long)bytes : null;
    }
}
