using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Exchange.Adapter.LocalApi.Json;

/// <summary>How long a JSON caller waits: <c>Prefer: wait=5</c>, whole seconds (RFC 7240 section 4.3).</summary>
static class Waiting
{
    const int Longest = 24 * 60 * 60;

    public static TimeSpan? Of(HttpRequest request)
    {
        foreach (var preference in request.Headers.GetCommaSeparatedValues("Prefer"))
        {
            var pair = preference.Split('=', 2, StringSplitOptions.TrimEntries);
            if (pair.Length == 2 && pair[0].Equals("wait", StringComparison.OrdinalIgnoreCase)
                && int.TryParse(pair[1], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
                return TimeSpan.FromSeconds(Math.Min(seconds, Longest));
        }
        return null;
    }
}
