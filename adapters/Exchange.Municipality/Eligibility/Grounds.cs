using Agency.V1;

namespace Exchange.Municipality.Eligibility;

/// <summary>What a decision rests on: the figures for the rule, and for each of them the fact that shows it or why it is missing.</summary>
sealed record Grounds(HouseholdFacts Facts, IReadOnlyList<Fact> Known, IReadOnlyList<MissingFact> Missing)
{
    public static Grounds Of(IReadOnlyList<AdultAnswers> answers, HouseholdCase household, Programme programme)
    {
        var known = new List<Fact>();
        var missing = new List<MissingFact>();
        var year = household.IncomeYear;
        var adults = answers.Select(one => new AdultFacts(
            one.Member.Place,
            Keep(Figures.TotalIncome(one.Income, year)),
            programme.PensionsOnTop.Count > 0 ? Keep(Figures.PensionOnTop(one.Pension!, year, programme.PensionsOnTop)) : 0,
            programme.NeedsResidentTax ? Keep(Figures.IsExempt(one.ResidentTax!, household.FiscalYear)) : null)
        {
            LivedHere = programme.LivedHere ? Keep(one.Residence!.LivedHere()) : null,
            DrawsWaivingPension = programme.Waiver.ForPensions.Count > 0 ? Keep(Figures.Draws(one.Pension! with { Name = "kind of pension" }, year, programme.Waiver.ForPensions)) : null,
        }).ToArray();
        var children = programme.Ceiling.Children is { } addition ? household.MembersUnder(addition.Under) : 0;
        return new Grounds(new HouseholdFacts(household.Members.Count, adults) { Children = children }, known, missing);

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
