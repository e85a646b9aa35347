using Agency.V1;
using Exchange.Adapter.Jobs;

namespace Exchange.Pension.Linking;

/// <summary>As of when records are compared.</summary>
/// <param name="On">The day on which a person is looked for in a household.</param>
/// <param name="Year">Of the employment statements.</param>
sealed record LinkingDay(DateOnly On, int Year)
{
    /// <summary>Of copies of records; null: any.</summary>
    public TimeSpan? MaxAge { get; init; }

    /// <returns>Null with mistakes, all of them at once.</returns>
    public static LinkingDay? Read(LinkingPurpose? purpose, DateOnly today, List<string> mistakes)
    {
        if (purpose is null)
        {
            mistakes.Add(PurposeCheck.Missing);
            return null;
        }
        PurposeCheck.Names(mistakes, purpose.Official, purpose.CaseId);
        var isDay = RecordDate.TryRead(purpose.On, out var given);
        var on = given ?? today;
        if (!isDay || on.Year is < PurposeCheck.FirstYear or > PurposeCheck.LastYear)
            mistakes.Add($"'purpose.on' must be a day such as 2026-01-01, from {PurposeCheck.FirstYear} to {PurposeCheck.LastYear}");
        if (purpose.Year != 0)
            PurposeCheck.Year(mistakes, purpose.Year);
        var maxAge = PurposeCheck.MaxAge(mistakes, purpose.MaxAge);
        return mistakes.Count == 0 ? new LinkingDay(on, purpose.Year == 0 ? on.Year - 1 : purpose.Year) { MaxAge = maxAge } : null;
    }
}
