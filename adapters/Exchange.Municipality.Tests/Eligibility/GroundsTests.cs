using Agency.V1;
using Exchange.Adapter.Asking;
using Exchange.Adapter.Jobs;
using Exchange.Adapter.Sources;
using Exchange.Municipality.Eligibility;
using Exchange.Protocol.Refusals;
using Exchange.V1;
using Records.Municipality.V1;
using Records.Pension.V1;
using static Exchange.Municipality.Tests.Eligibility.Outcomes;

namespace Exchange.Municipality.Tests.Eligibility;

public sealed class GroundsTests
{
    const string Town = "jp.mun.131016";

    static readonly Programme programme = Programmes.Shipped.All[^1];

    static readonly HouseholdCase household = new(new DateOnly(2026, 6, 20), [new Member(1, "a", null), new Member(2, "b", null), new Member(3, "c", new DateOnly(2020, 5, 5))]);

    static readonly AskOutcome income = Found("jp.tax", Income), pension = Found("jp.pension", Pension), residentTax = Found("jp.mun.131024", Outcomes.ResidentTax);

    [Fact]
    public void Of_a_household_that_is_known_whole_every_figure_is_a_fact()
    {
        var grounds = Decide(out var decision, Answers(1), Answers(2));
        Assert.Equal(Decision.Eligible, decision);
        Assert.Equal(6, grounds.Known.Count);
        Assert.Empty(grounds.Missing);
        Assert.Equal(3, grounds.Facts.Size);
        Assert.Equal(["300000 yen", "50000 yen", "EXEMPT"], grounds.Known.Take(3).Select(fact => fact.Value));
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
            var grounds = Decide(out var decision, Answers(1), half);
            Assert.Equal(Decision.Undecided, decision);
            Assert.Equal(5, grounds.Known.Count);
            Assert.Equal(Reasons.Name(reason), Assert.Single(grounds.Missing).Reason);
        }
    }

    [Fact]
    public void An_own_record_is_a_fact_without_a_receipt()
    {
        var own = new JobAnswer<ResidentTax>(new SourceRecord(new ResidentTax { FiscalYear = 2026, AssessmentState = AssessmentState.Exempt, TotalIncome = 1 }, 1_780_000_000_000, "r7", 0));
        var fact = Figures.IsExempt(OfTown(own, Town), 2026).Fact!;
        Assert.Equal((Town, "EXEMPT", "r7", 1_780_000_000), (fact.Provider, fact.Value, fact.Freshness.SourceRevision, fact.Freshness.AsOf.Seconds));
        Assert.Null(fact.Receipt);
        Assert.Empty(fact.Receipts);
        Assert.Null(fact.Freshness.NextUpdate);
    }

    [Fact]
    public void An_own_record_that_is_not_there_is_missing_and_not_an_exemption()
    {
        var missing = Assert.Single(Figures.IsExempt(OfTown(new JobAnswer<ResidentTax>(null), Town), 2026).Missing);
        Assert.Equal((Town, "NO_RECORD"), (missing.Provider, missing.Reason));
        Assert.Null(missing.Receipt);
    }

    [Theory]
    [InlineData(AssessmentState.Exempt, 0)]
    [InlineData(AssessmentState.Assessed, 5000)]
    public void One_town_that_answers_decides_neither_way_while_another_that_came_into_question_is_silent(AssessmentState state, long levy)
    {
        var answered = Found("jp.mun.131024", new ResidentTax { FiscalYear = 2026, AssessmentState = state, MunicipalIncomeLevy = levy, PrefecturalIncomeLevy = levy }) with
        {
            Candidates = [new CandidateOutcome("jp.mun.131024", null, AnswerStatus.Found, [Outcomes.Receipt]), new CandidateOutcome("jp.mun.271004", Reasons.Refuse(Reason.ProviderUnavailable), default, [])],
        };
        var grounds = Decide(out var decision, Answers(1), Answers(2) with { ResidentTax = OfTown(answered) });
        Assert.Equal(Decision.Undecided, decision);
        var missing = Assert.Single(grounds.Missing);
        Assert.Equal(("jp.mun.271004", "PROVIDER_UNAVAILABLE", 5000), (missing.Provider, missing.Reason, missing.RetryAfterMs));
        Assert.Null(missing.Receipt);
        Assert.Equal([42ul], missing.Receipts.Select(one => one.Index));
        Assert.Equal(5, grounds.Known.Count);
    }

    [Fact]
    public void Towns_that_contradict_each_other_are_each_missing_with_their_receipt_and_so_is_one_that_is_silent_besides()
    {
        var conflict = AskOutcome.Refused(Reasons.Refuse(Reason.RecordsConflict)) with
        {
            Candidates =
            [
                new CandidateOutcome("jp.mun.131024", null, AnswerStatus.Found, [Numbered(1), Numbered(2)]),
                new CandidateOutcome("jp.mun.131032", null, AnswerStatus.NotFound, [Numbered(3)]),
                new CandidateOutcome("jp.mun.271004", null, AnswerStatus.Found, [Numbered(4)]),
                new CandidateOutcome("jp.mun.011002", Reasons.Refuse(Reason.QuotaExceeded), default, []),
            ],
        };
        var missing = Figures.IsExempt(OfTown(conflict), 2026).Missing;
        Assert.Equal(
            [("jp.mun.131024", "RECORDS_CONFLICT", 2ul), ("jp.mun.271004", "RECORDS_CONFLICT", 4ul), ("jp.mun.011002", "QUOTA_EXCEEDED", null)],
            missing.Select(one => (one.Provider, one.Reason, one.Receipt?.Index)));
        // Every exchange there was is named, also that with the town which holds nobody.
        Assert.All(missing, one => Assert.Equal([1ul, 2, 3, 4], one.Receipts.Select(receipt => receipt.Index)));
    }

    [Fact]
    public void A_fact_names_every_exchange_it_rests_on()
    {
        var answered = Found("jp.mun.131024", Outcomes.ResidentTax) with
        {
            Receipts = [Numbered(1), Numbered(2)],
            Candidates = [new CandidateOutcome("jp.mun.131024", null, AnswerStatus.Found, [Numbered(1), Numbered(2)]), new CandidateOutcome("jp.mun.271004", null, AnswerStatus.NotFound, [Numbered(3)])],
        };
        var fact = Figures.IsExempt(OfTown(answered), 2026).Fact!;
        Assert.Equal(2ul, fact.Receipt.Index);
        Assert.Equal([1ul, 2, 3], fact.Receipts.Select(one => one.Index));
    }

    [Fact]
    public void The_own_record_is_read_only_of_who_lived_here_and_nowhere_else_on_the_day()
    {
        var day = new DateOnly(2026, 1, 1);
        Move here = new(new DateOnly(2020, 4, 1), null, "131016"), gone = new(new DateOnly(2020, 4, 1), day, "131016"), arrived = new(day, null, "131016");
        Move there = new(new DateOnly(2025, 3, 1), null, "131024"), abroad = new(new DateOnly(2025, 3, 1), null, "");
        Assert.True(IsHereAlone(here));
        Assert.True(IsHereAlone(here, arrived));
        Assert.True(IsHereAlone(new Move(new DateOnly(2019, 1, 1), day, "131024"), arrived));
        foreach (var moves in new Move[][] { [gone], [gone, there], [abroad], [], [here, there], [here, abroad] })
            Assert.False(IsHereAlone(moves));

        bool IsHereAlone(params Move[] moves) => new OwnResidence("4711", Town, day, moves).IsHereAlone;
    }

    [Fact]
    public void Where_somebody_lived_is_a_fact_of_this_towns_own_record_or_missing_with_the_reason()
    {
        var day = new DateOnly(2026, 1, 1);
        Move here = new(new DateOnly(2020, 4, 1), null, "131016"), there = new(new DateOnly(2025, 3, 1), null, "131024"), abroad = new(new DateOnly(2025, 3, 1), null, "");
        var fact = Lived(here).Fact!;
        Assert.Equal((true, "residence on 2026-01-01", Town, "in this town"), (Lived(here).Value, fact.Name, fact.Provider, fact.Value));
        Assert.Equal([false, false, false], new[] { Lived(there), Lived(abroad), Lived(there, abroad) }.Select(one => one.Value));
        Assert.Equal(["RESIDENCE_UNKNOWN", "RECORDS_CONFLICT", "RECORDS_CONFLICT"], new[] { Lived(), Lived(here, there), Lived(here, abroad) }.Select(one => Assert.Single(one.Missing).Reason));
        Assert.EndsWith("here and elsewhere on that day. Correct the record of moves.", Lived(here, there).Missing[0].Message, StringComparison.Ordinal);
        var unread = new OwnResidence("4711", Town, day, null, Reasons.Refuse(Reason.SourceUnavailable)).LivedHere();
        Assert.Equal((null, "SOURCE_UNAVAILABLE"), (unread.Value, Assert.Single(unread.Missing).Reason));

        Figure<bool> Lived(params Move[] moves) => new OwnResidence("4711", Town, day, moves).LivedHere();
    }

    [Fact]
    public void A_rule_that_reads_the_income_alone_has_no_other_facts_and_misses_none()
    {
        var bare = programme with { ExemptOfResidentTax = false, PensionsOnTop = new HashSet<PensionKind>(), Ceiling = programme.Ceiling with { Children = new ChildAddition(18, 1) } };
        var grounds = Grounds.Of([new AdultAnswers(household.Members[0], OfTax(income), null, null)], household, bare);
        Assert.Equal(["total income"], grounds.Known.Select(fact => fact.Name));
        Assert.Empty(grounds.Missing);
        Assert.Equal(1, grounds.Facts.Children);
    }

    [Theory]
    [InlineData(PensionKind.Survivors, 50_000L, true)]
    [InlineData(PensionKind.Survivors, 0L, false)]
    [InlineData(PensionKind.OldAge, 50_000L, false)]
    [InlineData(PensionKind.Survivors, null, null)]
    [InlineData(PensionKind.Unspecified, 50_000L, null)]
    public void A_pension_waives_the_ceiling_when_it_is_of_the_kind_and_was_paid(PensionKind kind, long? paid, bool? draws)
    {
        var record = new Payments { Year = 2025, Kind = kind };
        if (paid is { } yen)
            record.TotalPaid = yen;
        var waiving = programme with { Waiver = new CeilingWaiver(false, new HashSet<PensionKind> { PensionKind.Survivors }) };
        var grounds = Grounds.Of([Answers(1) with { Pension = OfPension(Found("jp.pension", record)) }], household, waiving);
        Assert.Equal(draws, grounds.Facts.Adults[0].DrawsWaivingPension);
        Assert.Equal(draws is null, grounds.Missing.Any(one => one.Name == "kind of pension"));
    }

    static AdultAnswers Answers(int place) => new(household.Members[place - 1], OfTax(income), OfPension(pension), OfTown(residentTax));

    static Grounds Decide(out Decision decision, params AdultAnswers[] answers)
    {
        var grounds = Grounds.Of(answers, household, programme);
        decision = Rule.Apply(programme, grounds.Facts).Decision;
        return grounds;
    }
}
