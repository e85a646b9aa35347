using System.Globalization;

namespace Exchange.Hosting.Calendar;

/// <summary>The calendar by which policy and rules of law begin and end: days of Japan, which has kept UTC+9 all year since 1952.</summary>
public static class LegalDay
{
    static readonly TimeSpan japan = TimeSpan.FromHours(9);

    public static DateOnly Today(TimeProvider time) => Of(time.GetUtcNow());

    public static DateOnly Of(DateTimeOffset time) => DateOnly.FromDateTime(InJapan(time).DateTime);

    public static DateTimeOffset InJapan(DateTimeOffset time) => time.ToOffset(japan);

    /// <summary>For people: <c>2026-06-01 09:00 +09:00</c>.</summary>
    public static string Write(DateTimeOffset time) => InJapan(time).ToString("yyyy-MM-dd HH:mm zzz", CultureInfo.InvariantCulture);

    /// <summary>As messages write days: <c>2026-06-01</c>.</summary>
    public static bool TryRead(string text, out DateOnly day) => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out day);

    /// <summary>Midnight in Japan.</summary>
    public static DateTimeOffset Beginning(DateOnly day) => new(day.ToDateTime(TimeOnly.MinValue), japan);
}
