using System.Globalization;
using Agency.V1;
using Exchange.Hosting.Commands;

namespace Exchange.Municipality.Eligibility;

/// <param name="Steps">How it was reached, in words, in order.</param>
sealed record Verdict(Decision Decision, IReadOnlyList<string> Steps);

/// <summary>
/// A household is eligible when every adult is exempt of resident tax and its countable income is below the ceiling.
/// Each condition is met, not met, or open. Incomes are never negative, so a part of them that reaches the ceiling is
/// enough to fail it; what is missing can only keep a condition open, never make it fail.
/// </summary>
static class Rule
{
    public static Verdict Apply(Programme programme, HouseholdFacts household)
    {
        var exempt = EveryAdultIsExempt(household.Adults);
        var sum = household.Adults.Aggregate(Int128.Zero, (sum, adult) => sum + (adult.TotalIncome ?? 0) + (adult.PensionOnTop ?? 0));
        var ceiling = programme.Ceiling.Of(household.Size);
        var whole = household.Adults.All(adult => adult is { TotalIncome: not null, PensionOnTop: not null });
        var below = sum >= ceiling ? false : whole ? true : (bool?)null;
        var decision = (exempt, below) switch
        {
            (false, _) or (_, false) => Decision.NotEligible,
            (true, true) => Decision.Eligible,
            _ => Decision.Undecided,
        };
        return new Verdict(decision,
        [
            $"{Counted.Of(household.Size, "member")}, of whom {household.Adults.Count} aged {Member.AdultAge} or more at the end of the income year: their resident tax and income count.",
            .. household.Adults.Select(adult => $"Member {adult.Place}: {TaxOf(adult)}; {IncomeOf(adult)}."),
            $"Condition 1, every adult is exempt of resident tax: {Met(exempt)}.",
            $"Condition 2, the countable income is below {Yen(ceiling)}, the ceiling for {Counted.Of(household.Size, "member")}: {(whole ? $"it is {Yen(sum)}" : $"{Yen(sum)} are known of it")}; {Met(below)}.",
            decision switch
            {
                Decision.Eligible => "Both conditions are met: eligible.",
                Decision.NotEligible => "A condition is not met, by facts that are known; nothing that is missing could change it: not eligible.",
                _ => "No condition is known to fail, and not all are known to be met: undecided.",
            },
        ]);
    }

    static bool? EveryAdultIsExempt(IReadOnlyList<AdultFacts> adults) =>
        adults.Any(adult => adult.IsExempt == false) ? false : adults.All(adult => adult.IsExempt == true) ? true : null;

    static string TaxOf(AdultFacts adult) => adult.IsExempt switch { true => "exempt of resident tax", false => "pays resident tax", null => "resident tax not known" };

    static string IncomeOf(AdultFacts adult) =>
        $"{(adult.TotalIncome is { } income ? $"total income {Yen(income)}" : "total income not known")}, {(adult.PensionOnTop is { } pension ? $"pension on top {Yen(pension)}" : "pension on top not known")}";

    static string Met(bool? met) => met switch { true => "met", false => "not met", null => "open" };

    static string Yen(Int128 amount) => string.Create(CultureInfo.InvariantCulture, $"{amount} yen");
}
