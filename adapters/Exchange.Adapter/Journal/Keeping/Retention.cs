using System.Globalization;

namespace Exchange.Adapter.Journal.Keeping;

/// <summary>How long entries are kept. Nothing removes them by itself: the log and the health page say when there are older ones.</summary>
static class Retention
{
    /// <summary>7 years with two leap days.</summary>
    public static readonly TimeSpan Default = TimeSpan.FromDays(7 * 365 + 2);

    /// <summary>Entries before it may be purged.</summary>
    public static long Boundary(TimeSpan retention, TimeProvider time) => (time.GetUtcNow() - retention).ToUnixTimeMilliseconds();

    /// <summary>What to say of entries that are kept for too long; null when there are none.</summary>
    public static string? Overdue(AgencyJournal journal, TimeSpan retention, TimeProvider time) =>
        journal.Failure is null && journal.Oldest() is { } oldest && oldest.ToUnixTimeMilliseconds() < Boundary(retention, time)
            ? string.Create(CultureInfo.InvariantCulture, $"the journal holds entries since {oldest:yyyy-MM-dd}, and they are kept for {retention.TotalDays:F0} days; run: journal archive, then journal purge")
            : null;
}
