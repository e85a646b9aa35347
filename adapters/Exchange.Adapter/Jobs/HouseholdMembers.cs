using Records.Municipality.V1;

namespace Exchange.Adapter.Jobs;

/// <summary>How many people live in a household beside the person asked about.</summary>
public static class HouseholdMembers
{
    /// <returns>Null when it was not told.</returns>
    public static int? Count(JobAnswer<Household> household, DateOnly on) =>
        household.Withheld.Contains("members") ? null : household.Record?.Members.Count(member => IsThere(member, on));

    /// <summary>A date that is not told or cannot be read excludes nobody.</summary>
    static bool IsThere(HouseholdMember member, DateOnly on) =>
        !(RecordDate.TryRead(member.MovedInOn, out var from) && from > on) && !(RecordDate.TryRead(member.MovedOutOn, out var until) && until <= on);
}
