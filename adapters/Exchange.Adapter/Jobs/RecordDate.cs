using System.Globalization;

namespace Exchange.Adapter.Jobs;

/// <summary>A date as records write it: ISO 8601, or empty when it is not known.</summary>
public static class RecordDate
{
    const string Iso = "yyyy-MM-dd";

    /// <param name="date">Null when not known.</param>
    /// <returns>False when it is no date.</returns>
    public static bool TryRead(string text, out DateOnly? date)
    {
        date = DateOnly.TryParseExact(text, Iso, CultureInfo.InvariantCulture, DateTimeStyles.None, out var read) ? read : null;
        return text.Length == 0 || date is not null;
    }

    public static string Text(DateOnly date) => date.ToString(Iso, CultureInfo.InvariantCulture);
}
