using Agency.V1;
using Exchange.Adapter.LocalApi;

namespace Exchange.Tax.Assessment;

/// <summary>The tax year for which records are compared.</summary>
sealed record AssessedYear(int Year)
{
    const int FirstYear = 1900, LastYear = 2999;

    /// <summary>1 January after the year: whoever holds the person's household then is asked.</summary>
    public DateOnly HouseholdOn => new(Year + 1, 1, 1);

    /// <returns>Null with mistakes, all of them at once; a mistake never repeats what stood in its field.</returns>
    public static AssessedYear? Read(AssessmentPurpose? purpose, DateOnly today, List<string> mistakes)
    {
        if (purpose is null)
        {
            mistakes.Add("'purpose' is missing from the first message");
            return null;
        }
        RequestCheck.Text(mistakes, "purpose.official", purpose.Official, RequestCheck.NameLength, required: true);
        RequestCheck.Text(mistakes, "purpose.case_id", purpose.CaseId, RequestCheck.NameLength, required: false);
        var year = purpose.Year == 0 ? today.Year - 1 : purpose.Year;
        if (year is < FirstYear or > LastYear)
            mistakes.Add($"'purpose.year' must be a year from {FirstYear} to {LastYear}");
        return mistakes.Count == 0 ? new AssessedYear(year) : null;
    }
}
