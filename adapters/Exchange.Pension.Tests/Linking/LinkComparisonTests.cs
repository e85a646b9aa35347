using Agency.V1;
using CsCheck;
using Exchange.Adapter.Asking;
using Exchange.Adapter.Jobs;
using Exchange.Adapter.Sources;
using Exchange.Adapter.Tests.Jobs;
using Exchange.Pension.Linking;
using Exchange.Protocol.DataSets;
using Exchange.Protocol.Refusals;
using Exchange.V1;
using Records.Municipality.V1;
using Records.Pension.V1;
using Records.Tax.V1;

namespace Exchange.Pension.Tests.Linking;

public sealed class LinkComparisonTests
{
    const string Town = "jp.mun.131016", Other = "jp.mun.131024";

    static readonly LinkingDay day = new(new DateOnly(2026, 1, 1), 2025);

    static readonly Enrolment enrolled = new() { Periods = { new EnrolmentPeriod { Category = InsuredCategory.Second, From = "2020-04-01" } } };

    static readonly AskOutcome noEmployment = Outcomes.Answered("jp.tax", AnswerStatus.NoRecord);

    static readonly AskOutcome employed = Outcomes.Found("jp.tax", new EmploymentIncome
    {
        Year = 2025,
        Statements = { new EmploymentStatement { PayerCorporateNumber = "7000012050002", EmployedFrom = "2025-04-01" }, new EmploymentStatement { EmployedFrom = "2025-10-01" } },
    });

    static Household Household(string movedIn = "2020-05-01", string movedOut = "") => new()
    {
        MovedInOn = movedIn,
        MovedOutOn = movedOut,
        Members = { new HouseholdMember(), new HouseholdMember { MovedInOn = "2026-01-02" }, new HouseholdMember { MovedOutOn = "2026-01-01" }, new HouseholdMember { MovedOutOn = "2026-01-02" } },
    };

    [Fact]
    public void A_resident_of_the_day_with_employments_all_enrolled_is_linked()
    {
        var result = Compare(Outcomes.Found(Town, Household()), employed);
        Assert.Equal((LinkingOutcome.Linked, Town, 3, 2, 0, 2), (result.Outcome, result.Municipality, result.HouseholdSize, result.Employers, result.Findings.Count, result.Receipts.Count));
        Assert.Equal(LinkingOutcome.Linked, Compare(Outcomes.Found(Town, Household("2026-01-01", "2026-01-02"))).Outcome);
    }

    [Theory]
    [InlineData("2026-01-02", "", false, "MOVED_IN_LATER")]
    [InlineData("2020-05-01", "2026-01-01", false, "MOVED_OUT")]
    [InlineData("", "2025-06-01", false, "MOVED_OUT")]
    [InlineData("2020-05-01", "2025-06-01", true, "MOVED_ABROAD")]
    [InlineData("2020-05-01", "", true, "MOVED_ABROAD")]
    [InlineData("2020-05-01", "2026-06-01", true, "")]
    public void A_household_that_the_person_is_not_in_on_the_day_contradicts_our_register(string movedIn, string movedOut, bool abroad, string code)
    {
        var household = Household(movedIn, movedOut);
        household.MovedAbroad = abroad;
        var result = Compare(Outcomes.Found(Town, household));
        Assert.Equal(code.Length > 0 ? LinkingOutcome.Conflicting : LinkingOutcome.Linked, result.Outcome);
        Assert.Equal(code, Codes(result));
        Assert.Equal((Town, code.Length > 0 ? 0 : 3), (result.Municipality, result.HouseholdSize));
    }

    [Fact]
    public void By_our_own_register_abroad_is_a_contradiction_that_names_no_municipality()
    {
        var result = Compare(Outcomes.Refused(Reason.ResidenceAbroad));
        Assert.Equal((LinkingOutcome.Conflicting, "MOVED_ABROAD", "", ""), (result.Outcome, Codes(result), result.Municipality, result.Findings[0].Provider));
    }

    [Fact]
    public void Two_municipalities_that_hold_the_person_differently_are_both_named()
    {
        var result = Compare(Outcomes.Refused(Reason.RecordsConflict) with
        {
            Candidates = [Outcomes.Candidate(Town, AnswerStatus.Found), Outcomes.Candidate("jp.mun.999999", AnswerStatus.NotFound), Outcomes.Candidate(Other, AnswerStatus.Found)],
        });
        Assert.Equal(LinkingOutcome.Conflicting, result.Outcome);
        Assert.Equal([("RECORDS_CONFLICT", Town), ("RECORDS_CONFLICT", Other)], result.Findings.Select(one => (one.Code, one.Provider)));
        Assert.Equal(4, result.Receipts.Count);
    }

    [Fact]
    public void Who_is_held_by_no_municipality_that_was_asked_is_not_found_and_they_are_named()
    {
        var one = Compare(Outcomes.Answered(Town, AnswerStatus.NotFound));
        Assert.Equal((LinkingOutcome.NotFound, "NOT_FOUND", Town), (one.Outcome, Codes(one), one.Findings[0].Provider));
        var two = Compare(Outcomes.Answered(Town, AnswerStatus.NotFound) with { Candidates = [Outcomes.Candidate(Town, AnswerStatus.NotFound), Outcomes.Candidate(Other, AnswerStatus.NotFound)] });
        Assert.Equal((LinkingOutcome.NotFound, "NOT_FOUND NOT_FOUND"), (two.Outcome, Codes(two)));
    }

    [Fact]
    public void Whose_moves_cover_no_such_day_is_not_found_with_what_we_know_though_nobody_was_asked()
    {
        var result = Compare(AskOutcome.Refused(Reasons.Refuse(Reason.ResidenceUnknown, "This agency does not know where the person lived on 2026-01-01; it knows no move.")));
        Assert.Equal((LinkingOutcome.NotFound, "RESIDENCE_UNKNOWN", ""), (result.Outcome, Codes(result), result.Findings[0].Provider));
        Assert.Contains("it knows no move", result.Findings[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Who_came_into_question_and_could_not_be_asked_is_no_no()
    {
        // No record of moves at all, or more towns than anybody lives in.
        Assert.Equal(LinkingOutcome.Failed, Compare(Outcomes.Refused(Reason.ProviderUnknown)).Outcome);
        // A town that is not in the exchange.
        var outside = Compare(Outcomes.Refused(Reason.ProviderUnknown, Town));
        Assert.Equal((LinkingOutcome.Failed, "PROVIDER_UNKNOWN", Town), (outside.Outcome, Codes(outside), outside.Findings[0].Provider));
        var beside = Compare(Outcomes.Refused(Reason.ProviderUnknown) with { Candidates = [Outcomes.Candidate(Town, Reason.ProviderUnknown), Outcomes.Candidate(Other, AnswerStatus.NotFound)] });
        Assert.Equal(LinkingOutcome.Failed, beside.Outcome);
        Assert.Equal([("PROVIDER_UNKNOWN", Town), ("NOT_FOUND", Other)], beside.Findings.Select(one => (one.Code, one.Provider)));
    }

    [Fact]
    public void A_register_that_has_the_person_in_a_town_and_abroad_contradicts_itself()
    {
        var result = Compare(AskOutcome.Refused(Reasons.Refuse(Reason.RecordsConflict, "By the record of moves the person lived in jp.mun.131024 and abroad on 2026-01-01.")));
        Assert.Equal((LinkingOutcome.Conflicting, "RECORDS_CONFLICT"), (result.Outcome, Codes(result)));
        Assert.Contains("and abroad", result.Findings[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_silence_beside_a_no_is_no_no()
    {
        var result = Compare(Outcomes.Refused(Reason.ProviderUnavailable) with
        {
            Candidates = [Outcomes.Candidate(Town, AnswerStatus.NotFound), Outcomes.Candidate(Other, Reason.ProviderUnavailable)],
        });
        Assert.Equal(LinkingOutcome.Failed, result.Outcome);
        Assert.Equal([("NOT_FOUND", Town), ("PROVIDER_UNAVAILABLE", Other)], result.Findings.Select(one => (one.Code, one.Provider)));
        Assert.True(result.Findings[1].RetryAfterMs > 0);
    }

    [Fact]
    public void Who_is_held_by_one_municipality_while_another_is_silent_is_linked_with_the_silence_as_a_finding()
    {
        var result = Compare(Outcomes.Found(Town, Household()) with { Candidates = [Outcomes.Candidate(Town, AnswerStatus.Found), Outcomes.Candidate(Other, Reason.ProviderUnavailable)] });
        Assert.Equal((LinkingOutcome.Linked, "PROVIDER_UNAVAILABLE", Other), (result.Outcome, Codes(result), result.Findings[0].Provider));
    }

    [Fact]
    public void What_is_withheld_is_not_guessed_and_what_is_told_besides_still_contradicts()
    {
        Assert.Equal(LinkingOutcome.Withheld, Compare(Outcomes.Answered(Town, AnswerStatus.Withheld)).Outcome);
        var dates = Compare(Outcomes.Found(Town, new Household(), withheld: [2, 4]));
        Assert.Equal((LinkingOutcome.Withheld, "WITHHELD"), (dates.Outcome, Codes(dates)));
        Assert.Equal(LinkingOutcome.Withheld, Compare(Outcomes.Found(Town, Household(), withheld: 4)).Outcome);
        Assert.Equal(LinkingOutcome.Conflicting, Compare(Outcomes.Found(Town, Household("2026-01-02"), withheld: 4)).Outcome);
        var members = Compare(Outcomes.Found(Town, new Household { MovedInOn = "2020-05-01" }, withheld: 7));
        Assert.Equal((LinkingOutcome.Linked, 0), (members.Outcome, members.HouseholdSize));
    }

    [Theory]
    [InlineData("", "NOT_KNOWN")]
    [InlineData("1 May", "ANSWER_INVALID")]
    public void A_household_that_does_not_tell_since_when_is_no_link(string movedIn, string code)
    {
        var result = Compare(Outcomes.Found(Town, Household(movedIn)));
        Assert.Equal((LinkingOutcome.Failed, code), (result.Outcome, Codes(result)));
    }

    [Theory]
    [InlineData(AnswerStatus.Pending)]
    [InlineData(AnswerStatus.Quarantined)]
    [InlineData(AnswerStatus.IdentityMismatch)]
    public void An_answer_that_is_neither_yes_nor_no_is_a_failure(AnswerStatus status) =>
        Assert.Equal(LinkingOutcome.Failed, Compare(Outcomes.Answered(Town, status)).Outcome);

    [Fact]
    public void An_employment_outside_every_enrolment_as_an_employee_is_named_with_its_months()
    {
        var since = enrolled.Clone();
        since.Periods[0].From = "2025-06-10";
        var result = Compare(Outcomes.Found(Town, Household()), employed, Own(since));
        Assert.Equal((LinkingOutcome.Conflicting, "EMPLOYED_NOT_INSURED", "jp.tax"), (result.Outcome, Codes(result), result.Findings[0].Provider));
        Assert.Equal("Employed in 2025-04, 2025-05 and not enrolled as an employee then; payer 7000012050002.", result.Findings[0].Message);
        Assert.Equal(3, result.HouseholdSize);
    }

    [Fact]
    public void An_employment_not_enrolled_is_a_finding_beside_a_household_that_is_not_known_and_hides_nothing()
    {
        var silent = Compare(Outcomes.Refused(Reason.ProviderUnavailable, Town), employed, Own(null));
        Assert.Equal((LinkingOutcome.Failed, "PROVIDER_UNAVAILABLE EMPLOYED_NOT_INSURED EMPLOYED_NOT_INSURED", Town), (silent.Outcome, Codes(silent), silent.Findings[0].Provider));
        Assert.Equal(LinkingOutcome.NotFound, Compare(Outcomes.Answered(Town, AnswerStatus.NotFound), employed, Own(null)).Outcome);
    }

    [Fact]
    public void No_employment_statements_are_no_finding_and_a_tax_agency_that_is_silent_is_one()
    {
        Assert.Empty(Compare(Outcomes.Found(Town, Household()), noEmployment, Own(null)).Findings);
        var silent = Compare(Outcomes.Found(Town, Household()), Outcomes.Refused(Reason.QuotaExceeded));
        Assert.Equal((LinkingOutcome.Linked, "QUOTA_EXCEEDED", "tax", 1000), (silent.Outcome, Codes(silent), silent.Findings[0].Provider, silent.Findings[0].RetryAfterMs));
        var withheld = Compare(Outcomes.Found(Town, Household()), Outcomes.Found("jp.tax", new EmploymentIncome(), withheld: 2));
        Assert.Equal((LinkingOutcome.Linked, "WITHHELD"), (withheld.Outcome, Codes(withheld)));
    }

    [Fact]
    public void Our_own_records_that_cannot_be_read_contradict_nothing_and_are_a_finding()
    {
        var result = Compare(Outcomes.Found(Town, Household()), employed, new JobAnswer<Enrolment>(Outcomes.Refused(Reason.SourceUnavailable), DataSetCatalogue.PensionEnrolment, ""));
        Assert.Equal((LinkingOutcome.Linked, "SOURCE_UNAVAILABLE", ""), (result.Outcome, Codes(result), result.Findings[0].Provider));
    }

    [Fact]
    public void A_stranger_is_a_failure_that_is_said_once()
    {
        var result = Compare(Outcomes.Refused(Reason.PersonUnknown), Outcomes.Refused(Reason.PersonUnknown));
        Assert.Equal((LinkingOutcome.Failed, "PERSON_UNKNOWN", ""), (result.Outcome, Codes(result), result.Findings[0].Provider));
    }

    [Fact]
    public void Whatever_is_answered_a_silence_is_never_NOT_FOUND_and_LINKED_is_a_resident_of_the_day()
    {
        var text = Gen.OneOf(Gen.String, Gen.OneOf("", "0001-01-01", "9999-12-31", "2025-12-31", "2026-01-01", "2026-01-02"));
        var withheld = Gen.UInt[1, 7].Array[0, 3];
        var answer = Gen.OneOf(
            Gen.Select(text, text, Gen.Bool, withheld, (movedIn, movedOut, abroad, fields) =>
                Outcomes.Found(Town, new Household { MovedInOn = movedIn, MovedOutOn = movedOut, MovedAbroad = abroad, Members = { new HouseholdMember { MovedInOn = movedOut, MovedOutOn = movedIn } } }, fields)),
            Gen.Int[0, 7].Select(status => Outcomes.Answered(Town, (AnswerStatus)status)),
            Gen.OneOf(Enum.GetValues<Reason>()).Where(one => one != Reason.Unspecified).Select(reason => Outcomes.Refused(reason)));
        var employment = Gen.OneOf(
            Gen.Select(text, text, (from, until) => Outcomes.Found("jp.tax", new EmploymentIncome { Statements = { new EmploymentStatement { EmployedFrom = from, EmployedUntil = until } } })),
            Gen.OneOf(noEmployment, Outcomes.Refused(Reason.ProviderUnavailable)));
        Gen.Select(answer, employment, Gen.Bool).Sample((household, work, known) =>
        {
            var result = Compare(household, work, Own(known ? enrolled : null));
            Assert.NotEqual(LinkingOutcome.Unspecified, result.Outcome);
            if (result.Outcome == LinkingOutcome.NotFound)
                Assert.True(household.Refusal is { Reason: Reason.ResidenceUnknown } || household is { Refusal: null, Status: AnswerStatus.NotFound });
            if (result.Outcome != LinkingOutcome.Linked)
                Assert.NotEmpty(result.Findings);
            else
                Assert.True(RecordDate.TryRead(Records.Municipality.V1.Household.Parser.ParseFrom(household.Record).MovedInOn, out var movedIn) && movedIn <= day.On);
        });
    }

    static LinkingResult Compare(AskOutcome household, AskOutcome? employment = null, JobAnswer<Enrolment>? own = null) =>
        LinkComparison.Of(day, Answer<Household>(household), Answer<EmploymentIncome>(employment ?? noEmployment), own ?? Own(enrolled));

    static JobAnswer<TRecord> Answer<TRecord>(AskOutcome outcome)
        where TRecord : class, Google.Protobuf.IMessage<TRecord>, new() => typeof(TRecord) == typeof(Household)
            ? new(outcome, DataSetCatalogue.Household, "residence:2026-01-01")
            : new(outcome, DataSetCatalogue.Employment, "tax");

    static JobAnswer<Enrolment> Own(Enrolment? record) => new(record is null ? null : new SourceRecord(record, 0, "r1", 0));

    static string Codes(LinkingResult result) => string.Join(' ', result.Findings.Select(one => one.Code));
}
