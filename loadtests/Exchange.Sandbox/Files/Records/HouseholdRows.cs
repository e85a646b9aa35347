using Exchange.Sandbox.Residents;

namespace Exchange.Sandbox.Files.Records;

/// <summary>The household of one resident as a town has it. Dates are ISO 8601, null where there is none.</summary>
sealed record HouseholdRow(string Person, string Relationship, string MovedInOn, string? MovedFrom, string? MovedOutOn, string? MovedTo)
{
    const string Beginning = "2012-04-01";

    public static HouseholdRow Of(Resident one, string town)
    {
        if (one.MovedTo == town)
            return new(one.TownKey, "HEAD", Addresses.Day(Resident.MovedOn), Addresses.Code(one.Town), null, null);
        var since = one.WasAbroad ? Addresses.Day(Resident.BackOn) : Beginning;
        return one.MovedTo is { } next
            ? new(one.TownKey, Relation(one), since, null, Addresses.Day(Resident.MovedOn), Addresses.Code(next))
            : new(one.TownKey, Relation(one), since, null, null, null);
    }

    public static string Relation(Resident one) => one.IsHead ? "HEAD" : one.IsChild ? "CHILD" : "SPOUSE";
}

/// <summary>Another person of the household.</summary>
sealed record MemberRow(string Person, int Place, string Relationship, int BirthYear, string MovedInOn)
{
    /// <param name="residents">Everybody the town knows.</param>
    public static IEnumerable<MemberRow> Of(IReadOnlyList<Resident> residents, string town)
    {
        var households = residents.Where(one => one.MovedTo is null).ToLookup(one => one.Household);
        return residents.Where(one => one.MovedTo != town).SelectMany(one => households[one.Household].Where(other => other.Index != one.Index)
            .Select((other, i) => new MemberRow(one.TownKey, i, HouseholdRow.Relation(other), other.BornOn.Year, HouseholdRow.Of(other, town).MovedInOn)));
    }
}

/// <summary>What a town pays those who live on very little.</summary>
static class BenefitRow
{
    public static readonly IReadOnlyList<(string Kind, long Amount)> Aids = [("LIVELIHOOD", 76_000), ("HOUSING", 46_000)];

    public static bool DrawsWelfare(Resident one) => one is { IsHead: true, State: 'E', TotalIncome: < 400_000 };
}
