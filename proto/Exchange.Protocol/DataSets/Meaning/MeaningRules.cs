namespace Exchange.Protocol.DataSets.Meaning;

/// <summary>What rules compare. Whatever is not known breaks none.</summary>
static class MeaningRules
{
    /// <summary>ISO 8601 dates compare as their texts do.</summary>
    public static bool NotAfter(string earlier, string later) =>
        earlier.Length == 0 || later.Length == 0 || string.CompareOrdinal(earlier, later) <= 0;

    public static bool Before(string earlier, string later) =>
        earlier.Length == 0 || later.Length == 0 || string.CompareOrdinal(earlier, later) < 0;

    public static bool InOrder(IEnumerable<string> dates) => Pairs(dates).All(pair => NotAfter(pair.First, pair.Second));

    /// <summary>A sum of parts, each known or not.</summary>
    public static bool AddsUp(long? total, params ReadOnlySpan<long?> parts)
    {
        var sum = 0L;
        foreach (var part in parts)
        {
            if (part is null)
                return true;
            sum += part.Value;
        }
        return total is null || total == sum;
    }

    public static bool AddsUp(long? total, IEnumerable<long?> parts) => AddsUp(total, parts.ToArray());

    public static bool NotMore(long? smaller, long? larger) => smaller is null || larger is null || smaller <= larger;

    public static IEnumerable<(T First, T Second)> Pairs<T>(IEnumerable<T> all) => all.Zip(all.Skip(1));
}
