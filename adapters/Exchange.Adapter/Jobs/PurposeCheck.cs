using Exchange.Adapter.LocalApi;
using Google.Protobuf.WellKnownTypes;

namespace Exchange.Adapter.Jobs;

/// <summary>Holds the purpose of a list to its form. A mistake names the field and never repeats what stood in it.</summary>
public static class PurposeCheck
{
    public const int FirstYear = 1900, LastYear = 2999;

    public const string Missing = "'purpose' is missing from the first message";

    public static void Names(List<string> mistakes, string official, string caseId)
    {
        RequestCheck.Text(mistakes, "purpose.official", official, RequestCheck.NameLength, required: true);
        RequestCheck.Text(mistakes, "purpose.case_id", caseId, RequestCheck.NameLength, required: false);
    }

    /// <returns>Null where there is none, and with a mistake.</returns>
    public static TimeSpan? MaxAge(List<string> mistakes, Duration? maxAge) => RequestCheck.MaxAge(mistakes, "purpose.max_age", maxAge);

    public static void Year(List<string> mistakes, int year)
    {
        if (year is < FirstYear or > LastYear)
            mistakes.Add($"'purpose.year' must be a year from {FirstYear} to {LastYear}");
    }
}
