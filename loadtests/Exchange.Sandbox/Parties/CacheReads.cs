using System.Globalization;
using System.Text.RegularExpressions;
using Exchange.Sandbox.Files;

namespace Exchange.Sandbox.Parties;

/// <summary>How often an adapter's caches were read and from where, as its /metrics tell. It counts from its start.</summary>
static partial class CacheReads
{
    /// <summary>By cache (handle, record) and where the value came from (memory, redis, source, none).</summary>
    public static async Task<Dictionary<(string Cache, string From), long>> Of(AgencyFolder agency, CancellationToken cancelled)
    {
        using var http = new HttpClient();
        var metrics = await http.GetStringAsync(new Uri(agency.Ready, "/metrics"), cancelled).ConfigureAwait(false);
        return Reads().Matches(metrics).ToDictionary(
            line => (line.Groups["cache"].Value, line.Groups["from"].Value), line => (long)double.Parse(line.Groups["count"].Value, CultureInfo.InvariantCulture));
    }

    [GeneratedRegex("""^exchange_cache_reads_total\{.*?cache="(?<cache>\w+)".*?from="(?<from>\w+)".*?\} (?<count>\S+)""", RegexOptions.Multiline)]
    private static partial Regex Reads();
}
