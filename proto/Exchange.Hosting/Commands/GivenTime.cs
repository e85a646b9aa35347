using System.Globalization;

namespace Exchange.Hosting.Commands;

/// <summary>Times as a command is given them and tells them.</summary>
public static class GivenTime
{
    public const string Form = "A time is a day, 2026-04-01, or has its distance from UTC: 2026-04-01T09:30:00+09:00 or 2026-04-01T00:30:00Z.";

    static readonly TimeSpan japan = TimeSpan.FromHours(9);

    /// <param name="dayLater">For a day of Japan: 0 for its beginning, 1 for its end, which is the next one's beginning.</param>
    public static bool TryParse(string text, int dayLater, out long unixMs)
    {
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day < DateOnly.MaxValue)
        {
            unixMs = new DateTimeOffset(day.AddDays(dayLater).ToDateTime(TimeOnly.MinValue), japan).ToUnixTimeMilliseconds();
            return true;
        }
        foreach (var form in new[] { "yyyy-MM-dd'T'HH:mmzzz", "yyyy-MM-dd'T'HH:mm:sszzz", "yyyy-MM-dd'T'HH:mm:ss.fffzzz" })
            if (DateTimeOffset.TryParseExact(text, form, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
            {
                unixMs = time.ToUnixTimeMilliseconds();
                return true;
            }
        unixMs = 0;
        return false;
    }

    /// <summary>In UTC; a number that is no time stays one.</summary>
    public static string Write(long unixMs) => unixMs is >= -62135596800000 and <= 253402300799999
        ? DateTimeOffset.FromUnixTimeMilliseconds(unixMs).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture) : unixMs.ToString(CultureInfo.InvariantCulture);
}
