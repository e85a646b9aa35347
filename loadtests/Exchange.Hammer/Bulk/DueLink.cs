using Agency.V1;
using Exchange.Sandbox.Residents;

namespace Exchange.Hammer.Bulk;

/// <summary>What must come back about one person, by what the agencies' records were written from.</summary>
/// <param name="Findings">Their codes, in order.</param>
/// <param name="Questions">That it takes: one about employment, and one to each municipality that comes into question.</param>
sealed record DueLink(LinkingOutcome Outcome, string Municipality, int HouseholdSize, int Employers, string Findings, int Questions)
{
    public const int Year = 2025;

    public static readonly DateOnly On = new(Year + 1, 1, 1);

    /// <param name="residents">Everybody, each at the place of its index.</param>
    public static DueLink Of(Resident one, IReadOnlyList<Resident> residents)
    {
        (int Employers, string Finding, bool Contradicts) employment = one switch
        {
            { IsUnknownToTax: true } => (0, "NOT_FOUND", false),
            { IsUnenrolled: true } => (1, "EMPLOYED_NOT_INSURED", true),
            { IsEmployed: true } => (1, "", false),
            _ => (0, "", false),
        };
        string Codes(string household) => string.Join(' ', new[] { household, employment.Finding }.Where(code => code.Length > 0));
        if (one.WasAbroad)
            return new(LinkingOutcome.Conflicting, "", 0, employment.Employers, Codes(one.IsInDoubt ? "RECORDS_CONFLICT" : "MOVED_ABROAD"), 1);
        var size = 1 + residents.Skip(one.Household * 3).Take(3).Count(other => other.Index != one.Index && other is { MovedTo: null, WasAbroad: false } && other.Town == one.Town);
        return new(employment.Contradicts ? LinkingOutcome.Conflicting : LinkingOutcome.Linked, one.Town, size, employment.Employers, Codes(""), one.IsInDoubt ? 3 : 2);
    }

    /// <returns>Null when it is right; otherwise what is not. It says nothing about a person.</returns>
    public string? Mistake(LinkingResult result)
    {
        var found = new DueLink(result.Outcome, result.Municipality, result.HouseholdSize, result.Employers, string.Join(' ', result.Findings.Select(one => one.Code)), result.Receipts.Count);
        return found == this ? null : found.Outcome != Outcome || found.Findings != Findings
            ? $"an outcome was {found.Outcome} ({found.Findings}) where {Outcome} ({Findings}) was due"
            : found.Questions != Questions ? $"a result came with {found.Questions} receipts where {Questions} were due"
            : "a result has another municipality, household or number of employers than the records";
    }
}
