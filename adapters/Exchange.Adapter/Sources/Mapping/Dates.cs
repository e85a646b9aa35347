using System.Globalization;

namespace Exchange.Adapter.Sources.Mapping;

/// <summary>Days, as a database gives them or as text of a format.</summary>
static class Dates
{
    public const string Iso = "yyyy-MM-dd";

    public static bool TryRead(object cell, string format, out DateOnly date)
    {
        switch (cell)
        {
            case DateOnly day:
                date = day;
                return true;
            case DateTime time:
                date = DateOnly.FromDateTime(time);
                return true;
            default:
                return DateOnly.TryParseExact(CellConversion.Text(cell)?.Trim(), format, CultureInfo.InvariantCulture, DateTimeStyles.None, out date);
        }
    }

    /// <summary>Whether what is written in the format can be read back.</summary>
    public static bool IsFormat(string format)
    {
        var day = new DateOnly(2024, 2, 29);
        try
        {
            var written = day.ToString(format, CultureInfo.InvariantCulture);
            return DateOnly.TryParseExact(written, format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var read) && read == day;
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
