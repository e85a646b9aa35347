using System.Globalization;
using Agency.V1;
using Exchange.Adapter.Jobs;
using Records.Municipality.V1;

namespace Exchange.Tax.Assessment;

/// <summary>How many people live in a household beside the person. No input or output.</summary>
/// <param name="Count">Null: not known.</param>
/// <param name="Missing">Why it is not known; none when it is.</param>
sealed record HouseholdMembers(int? Count, IReadOnlyList<Finding> Missing)
{
    public static HouseholdMembers Of(DateOnly on, JobAnswer<Household> answer) => answer switch
    {
        { Record: null } => new(null, answer.Missing),
        { Record: { } record } when !answer.Withheld.Contains("members") => new(record.Members.Count(member => IsThere(on, member)), []),
        _ => new(null, [Findings.Of("WITHHELD", "The municipality may not tell 'members'. Ask whoever keeps the policy matrix.", answer.Provider)]),
    };

    /// <summary>A date that is not told or cannot be read excludes nobody.</summary>
    static bool IsThere(DateOnly on, HouseholdMember member) =>
        !(Read(member.MovedInOn, out var from) && from > on) && !(Read(member.MovedOutOn, out var until) && until <= on);

    static bool Read(string text, out DateOnly date) => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out date);
}
