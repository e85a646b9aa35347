using System.Globalization;
using Agency.V1;
using Exchange.Hosting.Commands;

namespace Exchange.Municipality.Eligibility;

/// <param name="Steps">How it was reached, in words, in order.</param>
sealed record Verdict(Decision Decision, IReadOnlyList<string> Steps);

/// <summary>
/// A household is eligible when every condition of its programme is met: that its adults are exempt of resident tax and
/// lived here, where the programme says so, and that its countable income is below the ceiling or the ceiling is waived.
/// Each condition is met, not met, or open. Incomes are never negative, so a part of them that reaches the ceiling is
/// enough to fail it; what is missing can only keep a condition open, never make it fail.
/// </summary>
static class Rule
{
    /// <param name="IsMet">Null: open. Of several, <c>&amp;</c> and <c>|</c> say what is certain of all and of any.</param>
    sealed record Condition(string What, string How, bool? IsMet);

    public static Verdict Apply(Programme programme, HouseholdFacts household)
    {
        var conditions = Conditions(programme, household).ToArray();
        var decision = conditions.Aggregate((bool?)true, (all, one) => all & one.IsMet) switch
        {
            true => Decision.Eligible,
            false => Decision.NotEligible,
            null => Decision.Undecided,
        };
        return new Verdict(decision,
        [
            $"{Counted.Of(household.Size, "member")}, of whom {household.Adults.Count} aged {Member.AdultAge} or more at the end of the income year: their {(programme.NeedsResidentTax ? "resident tax and income count" : "income counts")}.",
            .. household.Adults.Select(adult => $"Member {adult.Place}: {Told(programme, adult)}."),
            .. conditions.Select((one, i) => $"Condition {i + 1}, {one.What}: {one.How}{Met(one.IsMet)}."),
            decision switch
            {
                Decision.Eligible => "Every condition is met: eligible.",
                Decision.NotEligible => "A condition is not met, by facts that are known; nothing that is missing could change it: not eligible.",
                _ => "No condition is known to fail, and not all are known to be met: undecided.",
            },
        ]);
    }

    static IEnumerable<Condition> Conditions(Programme programme, HouseholdFacts household)
    {
        var adults = household.Adults;
        var areExempt = All(adults, adult => adult.IsExempt);
        if (programme.ExemptOfResidentTax)
            yield return new Condition("every adult is exempt of resident tax", "", areExempt);
        if (programme.LivedHere)
            yield return new Condition("every adult lived in this town on 1 January", "", All(adults, adult => adult.LivedHere));

        var sum = adults.Aggregate(Int128.Zero, (sum, adult) => sum + (adult.TotalIncome ?? 0) + (adult.PensionOnTop ?? 0));
        var isWhole = adults.All(adult => adult is { TotalIncome: not null, PensionOnTop: not null });
        var ceiling = programme.Ceiling.Of(household.Size, household.Children);
        var isBelow = sum >= ceiling ? false : isWhole ? true : (bool?)null;
        var below = $"the countable income is below {Yen(ceiling)}, the ceiling for {Counted.Of(household.Size, "member")}{Children(programme, household)}";
        var known = isWhole ? $"it is {Yen(sum)}" : $"{Yen(sum)} are known of it";
        if (!programme.Waiver.IsPossible)
        {
            yield return new Condition(below, known + "; ", isBelow);
            yield break;
        }
        var isWaived = (programme.Waiver.ForExempt ? areExempt : false) | (programme.Waiver.ForPensions.Count > 0 ? Any(adults, adult => adult.DrawsWaivingPension) : false);
        yield return new Condition($"{below}, which is waived where {Waived(programme.Waiver)}", $"{known} ({Met(isBelow)}), the waiver is {Met(isWaived)}; ", isBelow | isWaived);
    }

    static bool? All(IReadOnlyList<AdultFacts> adults, Func<AdultFacts, bool?> fact) => adults.Aggregate((bool?)true, (all, adult) => all & fact(adult));

    static bool? Any(IReadOnlyList<AdultFacts> adults, Func<AdultFacts, bool?> fact) => adults.Aggregate((bool?)false, (any, adult) => any | fact(adult));

    static string Children(Programme programme, HouseholdFacts household) =>
        programme.Ceiling.Children is { } addition ? $", {household.Children} of them under {addition.Under} at the end of the income year" : "";

    static string Waived(CeilingWaiver waiver) => string.Join(" or ",
        new[] { waiver.ForExempt ? "every adult is exempt of resident tax" : "", waiver.ForPensions.Count > 0 ? $"an adult was paid a pension of kind {PensionWords.Any(waiver.ForPensions)}" : "" }.Where(one => one.Length > 0));

    static string Told(Programme programme, AdultFacts adult) => string.Join("; ", Parts(programme, adult));

    static IEnumerable<string> Parts(Programme programme, AdultFacts adult)
    {
        if (programme.NeedsResidentTax)
            yield return adult.IsExempt switch { true => "exempt of resident tax", false => "pays resident tax", null => "resident tax not known" };
        if (programme.LivedHere)
            yield return adult.LivedHere switch { true => "lived here", false => "lived elsewhere", null => "residence not known" };
        var income = adult.TotalIncome is { } total ? $"total income {Yen(total)}" : "total income not known";
        yield return programme.PensionsOnTop.Count == 0 ? income
            : $"{income}, {(adult.PensionOnTop is { } pension ? $"pension on top {Yen(pension)}" : "pension on top not known")}";
        if (programme.Waiver.ForPensions.Count > 0)
            yield return adult.DrawsWaivingPension switch { true => "a pension that waives the ceiling", false => "no pension that waives the ceiling", null => "kind of pension not known" };
    }

    static string Met(bool? met) => met switch { true => "met", false => "not met", null => "open" };

    static string Yen(Int128 amount) => string.Create(CultureInfo.InvariantCulture, $"{amount} yen");
}
