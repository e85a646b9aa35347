namespace Exchange.Hosting.Calendar;

/// <summary>The calendar by which policy and rules of law begin and end: days of Japan, which has kept UTC+9 all year since 1952.</summary>
public static class LegalDay
{
    static readonly TimeSpan japan = TimeSpan.FromHours(9);

    public static DateOnly Today(TimeProvider time) => DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime + japan);
}
