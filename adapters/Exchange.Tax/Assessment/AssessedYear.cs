using Agency.V1;
using Exchange.Adapter.Jobs;

namespace Exchange.Tax.Assessment;

/// <summary>The tax year for which records are compared.</summary>
sealed record AssessedYear(int Year)
{
    /// <summary>Of copies of records; null: any.</summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>1 January after the year: whoever holds the person's household then is asked.</summary>
    public DateOnly HouseholdOn => new(Year + 1, 1, 1);

    /// <returns>Null with mistakes, all of them at once.</returns>
    public static AssessedYear? Read(AssessmentPurpose? purpose, DateOnly today, List<string> mistakes)
    {
        if (purpose is null)
        {
            mistakes.Add(PurposeCheck.Missing);
            return null;
        }
        PurposeCheck.Names(mistakes, purpose.Official, purpose.CaseId);
        var year = purpose.Year == 0 ? today.Year - 1 : purpose.Year;
        PurposeCheck.Year(mistakes, year);
        var maxAge = PurposeCheck.MaxAge(mistakes, purpose.MaxAge);
        return mistakes.Count == 0 ? new AssessedYear(year) { MaxAge = maxAge } : null;
    }
}
