using System.Globalization;
using Agency.V1;
using Exchange.Adapter.LocalApi;

namespace Exchange.Pension.Linking;

/// <summary>As of when records are compared.</summary>
/// <param name="On">The day on which a person is looked for in a household.</param>
/// <param name="Year">Of the employment statements.</param>
sealed record LinkingDay(DateOnly On, int Year)
{
    const int FirstYear = 1900, LastYear = 2999;

    /// <returns>Null with mistakes, all of them at once; a mistake never repeats what stood in its field.</returns>
    public static LinkingDay? Read(LinkingPurpose? purpose, DateOnly today, List<string> mistakes)
    {
        if (purpose is null)
        {
            mistakes.Add("'purpose' is missing from the first message");
            return null;
        }
        RequestCheck.Text(mistakes, "purpose.official", purpose.Official, RequestCheck.NameLength, required: true);
        RequestCheck.Text(mistakes, "purpose.case_id", purpose.CaseId, RequestCheck.NameLength, required: false);
        var on = today;
        if (purpose.On.Length > 0 && (!DateOnly.TryParseExact(purpose.On, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out on) || on.Year is < FirstYear or > LastYear))
            mistakes.Add($"'purpose.on' must be a day such as 2026-01-01, from {FirstYear} to {LastYear}");
        var year = purpose.Year == 0 ? on.Year - 1 : purpose.Year;
        if (purpose.Year != 0 && year is < FirstYear or > LastYear)
            mistakes.Add($"'purpose.year' must be a year from {FirstYear} to {LastYear}");
        return mistakes.Count == 0 ? new LinkingDay(on, year) : null;
    }
}
