using System.Globalization;
using Exchange.Adapter.Jobs;
using Records.Pension.V1;
using Records.Tax.V1;

namespace Exchange.Pension.Linking;

/// <summary>
/// Pension insurance counts whole months: from the month in which an employment begins to the one before that in which it
/// is no longer held (Employees' Pension Insurance Act, article 19). No input or output.
/// </summary>
static class InsuredMonths
{
    const int MonthsOfYear = 12;

    /// <summary>
    /// Months of an employment, within the year and not after the day, in which no second-category period holds. What a
    /// record does not tell contradicts nothing: an employment without a beginning, a period without a category.
    /// </summary>
    /// <param name="own">Null: this agency has no enrolment record of the person.</param>
    /// <returns>Such as <c>2025-03</c>, in order.</returns>
    public static IReadOnlyList<string> Missing(EmploymentStatement statement, Enrolment? own, LinkingDay day)
    {
        if (!RecordDate.TryRead(statement.EmployedFrom, out var from) || from is null || !RecordDate.TryRead(statement.EmployedUntil, out var until))
            return [];
        var first = Math.Max(Month(from.Value), day.Year * MonthsOfYear);
        var last = Math.Min(day.Year * MonthsOfYear + MonthsOfYear - 1, Month(day.On));
        if (until is not null)
            last = Math.Min(last, Month(until.Value) - 1);
        var missing = new List<string>();
        for (var month = first; month <= last; month++)
            if (own is null || !own.Periods.Any(period => Covers(period, month)))
                missing.Add(Text(month));
        return missing;
    }

    static bool Covers(EnrolmentPeriod period, int month)
    {
        if (period.Category is not (InsuredCategory.Second or InsuredCategory.Unspecified))
            return false;
        var begins = RecordDate.TryRead(period.From, out var from) && from is not null ? Month(from.Value) : int.MinValue;
        // The first day on which it no longer held: a month of which it held a single day is covered.
        var ends = RecordDate.TryRead(period.Until, out var until) && until is not null ? (until.Value.Day == 1 ? Month(until.Value) - 1 : Month(until.Value)) : int.MaxValue;
        return begins <= month && month <= ends;
    }

    static int Month(DateOnly day) => day.Year * MonthsOfYear + day.Month - 1;

    static string Text(int month) => string.Create(CultureInfo.InvariantCulture, $"{month / MonthsOfYear:0000}-{month % MonthsOfYear + 1:00}");
}
