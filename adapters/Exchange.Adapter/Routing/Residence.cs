using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Exchange.Adapter.Routing;

/// <summary>A provider named by where the person lived: <c>residence:2025-01-01</c>.</summary>
public static class Residence
{
    const string Prefix = "residence:";

    public static string On(DateOnly day) => Prefix + day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public static bool Names(string provider) => provider.StartsWith(Prefix, StringComparison.Ordinal);

    public static bool TryParse(string provider, [NotNullWhen(true)] out DateOnly? day)
    {
        day = Names(provider) && DateOnly.TryParseExact(provider.AsSpan(Prefix.Length), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var read) ? read : null;
        return day is not null;
    }
}
