using Agency.V1;

namespace Exchange.Municipality.Eligibility;

/// <summary>What a decision rests on: the figures for the rule, and for each of them the fact that shows it or why it is missing.</summary>
sealed record Grounds(HouseholdFacts Facts, IReadOnlyList<Fact> Known, IReadOnlyList<MissingFact> Missing)
{
    public static Grounds Of(IReadOnlyList<AdultAnswers> answers, HouseholdCase household, Programme programme)
    {
        var known = new List<Fact>();
        var missing = new List<MissingFact>();
        var adults = answers.Select(one => new AdultFacts(
            one.Member.Place,
            Keep(Figures.TotalIncome(one.Income, household.IncomeYear)),
            Keep(Figures.PensionOnTop(one.Pension, household.IncomeYear, programme.PensionsOnTop)),
            Keep(Figures.IsExempt(one.ResidentTax, household.FiscalYear)))).ToArray();
        return new Grounds(new HouseholdFacts(household.Members.Count, adults), known, missing);

        T? Keep<T>(Figure<T> figure)
            where T : struct
        {
            if (figure.Fact is not null)
                known.Add(figure.Fact);
            missing.AddRange(figure.Missing);
            return figure.Value;
        }
    }
}
