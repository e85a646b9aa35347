using Agency.V1;
using Exchange.Adapter.Asking;
using Exchange.Adapter.Sources;
using Exchange.Municipality.Eligibility;
using Exchange.Protocol.Refusals;
using Exchange.V1;
using Records.Municipality.V1;
using static Exchange.Municipality.Tests.Eligibility.Outcomes;

namespace Exchange.Municipality.Tests.Eligibility;

public sealed class FindingsTests
{
    const string Town = "jp.mun.131016";

    static readonly Programme programme = Programmes.All[^1];

    static readonly HouseholdCase household = new(new DateOnly(2026, 6, 20), [new Member(1, "a", null), new Member(2, "b", null), new Member(3, "c", new DateOnly(2020, 5, 5))]);

    static readonly AskOutcome income = Found("jp.tax", Income), pension = Found("jp.pension", Pension), residentTax = Found("jp.mun.131024", Outcomes.ResidentTax);

    [Fact]
    public void Of_a_household_that_is_known_whole_every_figure_is_a_fact()
    {
        var findings = Decide(out var decision, Answers(1), Answers(2));
        Assert.Equal(Decision.Eligible, decision);
        Assert.Equal(6, findings.Known.Count);
        Assert.Empty(findings.Missing);
        Assert.Equal(3, findings.Facts.Size);
        Assert.Equal(["300000 yen", "50000 yen", "EXEMPT"], findings.Known.Take(3).Select(fact => fact.Value));
    }

    [Theory]
    [InlineData(Reason.ProviderUnavailable)]
    [InlineData(Reason.DeadlineExceeded)]
    [InlineData(Reason.TimeOutOfRange)]
    [InlineData(Reason.QuotaExceeded)]
    [InlineData(Reason.PersonUnknown)]
    [InlineData(Reason.RecordsConflict)]
    [InlineData(Reason.ResidenceAbroad)]
    public void With_one_answer_missing_the_others_are_told_and_it_is_undecided(Reason reason)
    {
        var away = AskOutcome.Refused(Reasons.Refuse(reason));
        foreach (var half in new[] { Answers(2) with { Income = OfTax(away) }, Answers(2) with { Pension = OfPension(away) }, Answers(2) with { ResidentTax = OfTown(away) } })
        {
            var findings = Decide(out var decision, Answers(1), half);
            Assert.Equal(Decision.Undecided, decision);
            Assert.Equal(5, findings.Known.Count);
            Assert.Equal(Reasons.Name(reason), Assert.Single(findings.Missing).Reason);
        }
    }

    [Fact]
    public void An_own_record_is_a_fact_without_a_receipt()
    {
        var own = HouseholdQuestions.Own(new SourceRecord(new ResidentTax { FiscalYear = 2026, AssessmentState = AssessmentState.Exempt, TotalIncome = 1 }, 1_780_000_000_000, "r7", 0), Town);
        var fact = Figures.IsExempt(OfTown(own), 2026).Fact!;
        Assert.Equal((Town, "EXEMPT", "r7"), (fact.Provider, fact.Value, fact.Freshness.SourceRevision));
        Assert.Null(fact.Receipt);
        Assert.Null(fact.Freshness.NextUpdate);
    }

    [Fact]
    public void An_own_record_that_is_not_there_is_missing_and_not_an_exemption()
    {
        var missing = Figures.IsExempt(OfTown(HouseholdQuestions.Own(null, Town)), 2026).Missing!;
        Assert.Equal((Town, "NOT_FOUND"), (missing.Provider, missing.Reason));
        Assert.Null(missing.Receipt);
    }

    [Fact]
    public void The_own_record_is_read_only_of_who_lived_here_and_nowhere_else_on_the_day()
    {
        var day = new DateOnly(2026, 1, 1);
        Move here = new(new DateOnly(2020, 4, 1), null, "131016"), gone = new(new DateOnly(2020, 4, 1), day, "131016"), arrived = new(day, null, "131016");
        Move there = new(new DateOnly(2025, 3, 1), null, "131024"), abroad = new(new DateOnly(2025, 3, 1), null, "");
        Assert.True(HouseholdQuestions.LivedHere([here], day, Town));
        Assert.True(HouseholdQuestions.LivedHere([new Move(new DateOnly(2019, 1, 1), day, "131024"), arrived], day, Town));
        Assert.False(HouseholdQuestions.LivedHere([gone], day, Town));
        Assert.False(HouseholdQuestions.LivedHere([gone, there], day, Town));
        Assert.False(HouseholdQuestions.LivedHere([abroad], day, Town));
        Assert.False(HouseholdQuestions.LivedHere([], day, Town));
        Assert.Null(HouseholdQuestions.LivedHere([here, there], day, Town));
        Assert.Null(HouseholdQuestions.LivedHere([here, abroad], day, Town));
    }

    static AdultAnswers Answers(int place) => new(household.Members[place - 1], OfTax(income), OfPension(pension), OfTown(residentTax));

    static Findings Decide(out Decision decision, params AdultAnswers[] answers)
    {
        var findings = Findings.Of(answers, household, programme);
        decision = Rule.Apply(programme, findings.Facts).Decision;
        return findings;
    }
}
