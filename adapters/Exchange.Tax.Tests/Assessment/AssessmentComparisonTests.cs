using Agency.V1;
using CsCheck;
using Exchange.Adapter.Asking;
using Exchange.Adapter.Jobs;
using Exchange.Adapter.Sources;
using Exchange.Adapter.Tests.Jobs;
using Exchange.Protocol.DataSets;
using Exchange.Tax.Assessment;
using Exchange.V1;
using Records.Municipality.V1;
using Records.Pension.V1;
using Records.Tax.V1;
using AssessmentState = Records.Tax.V1.AssessmentState;

namespace Exchange.Tax.Tests.Assessment;

public sealed class AssessmentComparisonTests
{
    const string Town = "jp.mun.131016", Other = "jp.mun.131024";

    static readonly AssessedYear year = new(2025);

    static readonly AskOutcome noPension = Outcomes.Answered("jp.pension", AnswerStatus.NoRecord);

    static readonly AskOutcome household = Outcomes.Found(Town, new Household
    {
        Members = { new HouseholdMember(), new HouseholdMember { MovedInOn = "2026-01-02" }, new HouseholdMember { MovedOutOn = "2026-01-01" }, new HouseholdMember { MovedInOn = "2026-01-01", MovedOutOn = "2026-01-02" } },
    });

    static IncomeStatement Statement(long total = 1_000_000, int dependants = 2) => new() { Year = 2025, AssessmentState = AssessmentState.Assessed, TotalIncome = total, Dependants = dependants };

    static Payments Pension(long paid, PensionKind kind = PensionKind.OldAge) => new()
    {
        Year = 2025,
        Kind = kind,
        TotalPaid = paid,
        Payments_ = { new Payment { Amount = paid / 2, WithheldTax = 300 }, new Payment { Amount = paid - paid / 2, WithheldTax = 400 } },
    };

    [Fact]
    public void A_statement_that_covers_pension_and_household_is_consistent_and_comes_with_every_figure()
    {
        var result = Compare(Statement(), Outcomes.Found("jp.pension", Pension(1_000_000)));
        Assert.Equal((AssessmentOutcome.Consistent, 0, 2), (result.Outcome, result.Findings.Count, result.Receipts.Count));
        Assert.Equal((1_000_000, 2, 1_000_000, 700, 2), (result.DeclaredIncome, result.DeclaredDependants, result.PensionPaid, result.PensionTaxWithheld, result.HouseholdMembers));
    }

    [Fact]
    public void A_pension_that_is_more_than_the_total_income_even_after_the_largest_deduction_is_not_declared()
    {
        Assert.Equal(AssessmentOutcome.Consistent, Compare(Statement(), Outcomes.Found("jp.pension", Pension(2_100_000))).Outcome);
        var result = Compare(Statement(), Outcomes.Found("jp.pension", Pension(2_100_001)));
        Assert.Equal((AssessmentOutcome.Differs, "PENSION_NOT_DECLARED", "jp.pension"), (result.Outcome, Codes(result), result.Findings[0].Provider));
        Assert.Equal("A taxable pension of 2100001 yen was paid, an income of 1000001 yen after the largest deduction there is, and the total income declared is 1000000 yen.", result.Findings[0].Message);
    }

    [Theory]
    [InlineData(PensionKind.Disability)]
    [InlineData(PensionKind.Survivors)]
    public void A_pension_that_is_not_taxable_need_not_be_declared(PensionKind kind)
    {
        var result = Compare(Statement(0), Outcomes.Found("jp.pension", Pension(2_000_000, kind)));
        Assert.Equal((AssessmentOutcome.Consistent, 0, 0), (result.Outcome, result.PensionPaid, result.PensionTaxWithheld));
        Assert.Equal(AssessmentOutcome.Consistent, Compare(Own(null), Outcomes.Found("jp.pension", Pension(2_000_000, kind))).Outcome);
    }

    [Fact]
    public void Without_a_statement_a_pension_of_which_a_return_is_due_differs_and_a_smaller_one_or_none_is_consistent()
    {
        Assert.Equal(AssessmentOutcome.Consistent, Compare(Own(null), Outcomes.Found("jp.pension", Pension(4_000_000))).Outcome);
        var paid = Compare(Own(null), Outcomes.Found("jp.pension", Pension(4_000_001)));
        Assert.Equal((AssessmentOutcome.Differs, "NO_STATEMENT", false), (paid.Outcome, Codes(paid), paid.HasDeclaredIncome));
        var none = Compare(Own(null), noPension);
        Assert.Equal((AssessmentOutcome.Consistent, true, 0), (none.Outcome, none.HasPensionPaid, none.PensionPaid));
    }

    [Theory]
    [InlineData(0, "No return was filed.")]
    [InlineData(90, "No return was filed, and a taxable pension of 90 yen was paid.")]
    public void A_return_that_was_not_filed_is_a_difference(long paid, string message)
    {
        var result = Compare(new IncomeStatement { AssessmentState = AssessmentState.Undeclared }, Outcomes.Found("jp.pension", Pension(paid)));
        Assert.Equal((AssessmentOutcome.Differs, "UNDECLARED", message), (result.Outcome, Codes(result), result.Findings[0].Message));
    }

    [Fact]
    public void More_dependants_than_people_in_the_household_are_a_difference()
    {
        var result = Compare(Statement(dependants: 3), noPension);
        Assert.Equal((AssessmentOutcome.Differs, "DEPENDANTS_EXCEED_HOUSEHOLD", Town), (result.Outcome, Codes(result), result.Findings[0].Provider));
        Assert.Equal("3 dependants are declared, and 2 people live in the household beside the person.", result.Findings[0].Message);
    }

    [Fact]
    public void A_difference_that_is_known_stays_one_though_somebody_did_not_answer()
    {
        var result = Compare(Statement(dependants: 3), Outcomes.Refused(Reason.ProviderUnavailable));
        Assert.Equal((AssessmentOutcome.Differs, "DEPENDANTS_EXCEED_HOUSEHOLD PROVIDER_UNAVAILABLE", false), (result.Outcome, Codes(result), result.HasPensionPaid));
        Assert.Equal(("pension", true), (result.Findings[1].Provider, result.Findings[1].RetryAfterMs > 0));
    }

    [Fact]
    public void Who_does_not_answer_leaves_it_incomplete_and_is_named()
    {
        var both = Compare(Statement(), Outcomes.Refused(Reason.HubUnavailable), Outcomes.Refused(Reason.ProviderUnavailable, Town));
        Assert.Equal(AssessmentOutcome.Incomplete, both.Outcome);
        Assert.Equal([("HUB_UNAVAILABLE", "pension"), ("PROVIDER_UNAVAILABLE", Town)], both.Findings.Select(one => (one.Code, one.Provider)));
        var own = Compare(new JobAnswer<IncomeStatement>(Outcomes.Refused(Reason.SourceUnavailable), DataSetCatalogue.Income, ""), noPension, household);
        Assert.Equal((AssessmentOutcome.Incomplete, "SOURCE_UNAVAILABLE", ""), (own.Outcome, Codes(own), own.Findings[0].Provider));
    }

    [Fact]
    public void A_household_that_nobody_has_or_two_have_or_that_was_abroad_is_not_known()
    {
        Assert.Equal("NOT_FOUND", Incomplete(Outcomes.Answered(Town, AnswerStatus.NotFound)));
        Assert.Equal("RESIDENCE_ABROAD", Incomplete(Outcomes.Refused(Reason.ResidenceAbroad)));
        Assert.Equal("RECORDS_CONFLICT RECORDS_CONFLICT", Incomplete(Outcomes.Refused(Reason.RecordsConflict) with
        {
            Candidates = [Outcomes.Candidate(Town, AnswerStatus.Found), Outcomes.Candidate(Other, AnswerStatus.Found)],
        }));
        Assert.Equal("PROVIDER_UNAVAILABLE", Incomplete(household with { Candidates = [Outcomes.Candidate(Town, AnswerStatus.Found), Outcomes.Candidate(Other, Reason.ProviderUnavailable)] }));
    }

    [Fact]
    public void What_is_withheld_or_not_told_is_not_zero()
    {
        Assert.Equal("WITHHELD", Incomplete(Outcomes.Found(Town, new Household(), withheld: 7)));
        Assert.Equal("WITHHELD", Codes(Compare(Statement(), Outcomes.Found("jp.pension", new Payments { TotalPaid = 5 }, withheld: 3))));
        Assert.Equal("NOT_KNOWN", Codes(Compare(Statement(), Outcomes.Found("jp.pension", new Payments { TotalPaid = 5 }))));
        Assert.Equal("NOT_KNOWN", Codes(Compare(Statement(), Outcomes.Found("jp.pension", new Payments { Kind = PensionKind.OldAge }))));
        Assert.Equal("WITHHELD", Codes(Compare(Statement(), Outcomes.Answered("jp.pension", AnswerStatus.Withheld))));
        var untold = Compare(new IncomeStatement { AssessmentState = AssessmentState.Assessed, Dependants = 0 }, Outcomes.Found("jp.pension", Pension(1_100_001)));
        Assert.Equal((AssessmentOutcome.Incomplete, "NOT_KNOWN"), (untold.Outcome, Codes(untold)));
        Assert.Equal("NOT_KNOWN", Codes(Compare(new IncomeStatement { AssessmentState = AssessmentState.Exempt, TotalIncome = 5 }, noPension)));
        Assert.Equal("NOT_YET_ASSESSED", Codes(Compare(new IncomeStatement { AssessmentState = AssessmentState.NotYetAssessed }, noPension)));
    }

    [Fact]
    public void A_loss_is_no_pension_that_was_not_declared() =>
        Assert.Equal(AssessmentOutcome.Consistent, Compare(Statement(total: -5_000_000), noPension).Outcome);

    [Fact]
    public void Figures_of_a_return_that_nobody_has_worked_on_contradict_nothing()
    {
        var statement = Statement(total: 0, dependants: 9);
        statement.AssessmentState = AssessmentState.NotYetAssessed;
        var result = Compare(statement, Outcomes.Found("jp.pension", Pension(3_000_000)));
        Assert.Equal((AssessmentOutcome.Incomplete, "NOT_YET_ASSESSED"), (result.Outcome, Codes(result)));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1_100_000, 0)]
    [InlineData(3_300_000, 2_200_000)]
    [InlineData(4_100_000, 2_800_000)]
    [InlineData(7_700_000, 5_860_000)]
    [InlineData(10_000_000, 8_045_000)]
    [InlineData(12_000_000, 10_045_000)]
    public void The_least_income_of_a_pension_follows_the_table_of_the_law(long paid, long income) => Assert.Equal(income, PublicPensionRule.LeastIncome(paid));

    [Fact]
    public void A_larger_pension_is_never_a_smaller_income() =>
        Gen.Select(Gen.Long[0, 20_000_000], Gen.Long[0, 100_000]).Sample((paid, more) =>
            PublicPensionRule.LeastIncome(paid) <= PublicPensionRule.LeastIncome(paid + more) && PublicPensionRule.LeastIncome(paid) <= paid);

    [Fact]
    public void Without_a_sum_the_payments_are_added_if_every_one_of_them_is_told()
    {
        var pension = Pension(2_100_001);
        pension.ClearTotalPaid();
        Assert.Equal("PENSION_NOT_DECLARED", Codes(Compare(Statement(), Outcomes.Found("jp.pension", pension))));
        pension.Payments_[0].ClearAmount();
        pension.Payments_[1].ClearWithheldTax();
        var result = Compare(Statement(), Outcomes.Found("jp.pension", pension));
        Assert.Equal(("NOT_KNOWN", false, false), (Codes(result), result.HasPensionPaid, result.HasPensionTaxWithheld));
        var absurd = new Payments { Kind = PensionKind.OldAge, Payments_ = { new Payment { Amount = long.MaxValue }, new Payment { Amount = long.MaxValue } } };
        Assert.Equal("NOT_KNOWN", Codes(Compare(Statement(), Outcomes.Found("jp.pension", absurd))));
    }

    [Fact]
    public void A_stranger_is_incomplete_and_said_once()
    {
        var result = Compare(Own(null), Outcomes.Refused(Reason.PersonUnknown), Outcomes.Refused(Reason.PersonUnknown));
        Assert.Equal((AssessmentOutcome.Incomplete, "PERSON_UNKNOWN", ""), (result.Outcome, Codes(result), result.Findings[0].Provider));
    }

    [Fact]
    public void Whatever_is_answered_CONSISTENT_has_everybodys_answer_and_no_findings_and_every_other_outcome_says_why()
    {
        var amount = Gen.OneOf(Gen.Long, Gen.Long[0, 3]);
        var statement = Gen.Select(Gen.Int[0, 6], amount, Gen.Int[-1, 4], Gen.Int[0, 9], (state, total, dependants, kind) =>
        {
            var record = new IncomeStatement { AssessmentState = (AssessmentState)state };
            if (kind % 3 > 0)
                record.TotalIncome = total;
            if (dependants >= 0)
                record.Dependants = dependants;
            return kind == 0 ? null : record;
        });
        var refusals = Gen.OneOf(Enum.GetValues<Reason>().Where(one => one != Reason.Unspecified).ToArray()).Select(reason => Outcomes.Refused(reason));
        var statuses = Gen.Int[0, 10].Select(status => Outcomes.Answered("jp.pension", (AnswerStatus)status));
        var payments = Gen.OneOf(refusals, statuses, Gen.Select(Gen.Int[0, 4], amount, amount, Gen.UInt[1, 16].Array[0, 2], (kind, first, second, withheld) =>
            Outcomes.Found("jp.pension", new Payments { Kind = (PensionKind)kind, Payments_ = { new Payment { Amount = first, WithheldTax = second }, new Payment { Amount = second } } }, withheld)));
        var households = Gen.OneOf(refusals, statuses, Gen.Select(Gen.String, Gen.String, (from, until) => Outcomes.Found(Town, new Household { Members = { new HouseholdMember { MovedInOn = from, MovedOutOn = until } } })));
        Gen.Select(statement, payments, households).Sample((own, paid, home) =>
        {
            var result = Compare(Own(own), paid, home);
            Assert.NotEqual(AssessmentOutcome.Unspecified, result.Outcome);
            Assert.Equal(result.Outcome == AssessmentOutcome.Consistent, result.Findings.Count == 0);
            if (result.Outcome == AssessmentOutcome.Consistent)
                Assert.True(result is { HasPensionPaid: true, HasHouseholdMembers: true } && (!result.HasDeclaredIncome || PublicPensionRule.LeastIncome(result.PensionPaid) <= Math.Max(0, result.DeclaredIncome)));
        });
    }

    static string Incomplete(AskOutcome home)
    {
        var result = Compare(Own(Statement()), noPension, home);
        Assert.Equal(AssessmentOutcome.Incomplete, result.Outcome);
        return Codes(result);
    }

    static AssessmentResult Compare(IncomeStatement? statement, AskOutcome payments, AskOutcome? home = null) => Compare(Own(statement), payments, home);

    static AssessmentResult Compare(JobAnswer<IncomeStatement> statement, AskOutcome payments, AskOutcome? home = null) => AssessmentComparison.Of(
        year, statement, new JobAnswer<Payments>(payments, DataSetCatalogue.Payments, "pension"), new JobAnswer<Household>(home ?? household, DataSetCatalogue.Household, "residence:2026-01-01"));

    static JobAnswer<IncomeStatement> Own(IncomeStatement? record) => new(record is null ? null : new SourceRecord(record, 0, "r1", 0));

    static string Codes(AssessmentResult result) => string.Join(' ', result.Findings.Select(one => one.Code));
}
