using System.Globalization;
using Exchange.Sandbox.Residents;

namespace Exchange.Sandbox.Files.Records;

/// <summary>One line of an agency's own record of where people live. An empty <c>Until</c> is null: it still holds.</summary>
/// <param name="Municipality">Local government code, or "abroad".</param>
sealed record Address(string Person, string Since, string? Until, string Municipality);

/// <summary>Where a resident lived, as every agency learns it sooner or later.</summary>
static class Addresses
{
    const string Beginning = "2012-04-01";

    /// <param name="person">The agency's own key of the resident.</param>
    public static IEnumerable<Address> Of(Resident one, string person)
    {
        var home = Code(one.Town);
        if (one.MovedTo is { } next)
            return [new(person, Beginning, Day(Resident.MovedOn), home), new(person, Day(Resident.MovedOn), null, Code(next))];
        if (one.WasAbroad)
            return [new(person, Beginning, Day(Resident.LeftOn), home), new(person, Day(Resident.LeftOn), Day(Resident.BackOn), "abroad"), new(person, Day(Resident.BackOn), null, home)];
        return [new(person, Beginning, null, home)];
    }

    /// <summary>The same, with an old address in the other town that nobody has ended.</summary>
    public static IEnumerable<Address> WithDoubt(Resident one, string person) =>
        one.IsInDoubt ? Of(one, person).Append(new(person, Beginning, null, Code(one.Town == ExchangePlan.Osaka ? ExchangePlan.Chiyoda : ExchangePlan.Osaka))) : Of(one, person);

    public static string Code(string town) => town["jp.mun.".Length..];

    public static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
