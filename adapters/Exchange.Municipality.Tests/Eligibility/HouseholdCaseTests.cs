using Agency.V1;
using CsCheck;
using Exchange.Municipality.Eligibility;

namespace Exchange.Municipality.Tests.Eligibility;

public sealed class HouseholdCaseTests
{
    static readonly DateOnly today = new(2026, 6, 20);

    [Fact]
    public void A_household_without_a_day_is_decided_today_by_the_incomes_of_the_year_before()
    {
        var household = Good(Request(("a", ""), ("b", "1990-01-31")));
        Assert.Equal((today, 2025, 2026, new DateOnly(2026, 1, 1)), (household.DecidedOn, household.IncomeYear, household.FiscalYear, household.ReferenceDay));
        Assert.Equal(["a", "b"], household.Adults.Select(adult => adult.Person));
    }

    [Fact]
    public void In_winter_the_tax_is_still_that_on_the_incomes_of_the_year_before()
    {
        var household = HouseholdCase.Read(Request(("a", "")), new DateOnly(2026, 2, 1), []);
        Assert.Equal((2025, 2026, new DateOnly(2026, 1, 1)), (household!.IncomeYear, household.FiscalYear, household.ReferenceDay));
    }

    [Theory]
    [InlineData("2009-12-31", true)]
    [InlineData("2010-01-01", true)] // 16 complete at the end of 31 December 2025, by the Act on Calculation of Ages
    [InlineData("2010-01-02", false)]
    [InlineData("2026-06-20", false)]
    [InlineData("0001-01-01", true)]
    public void Who_is_16_at_the_end_of_the_income_year_is_asked_about(string bornOn, bool isAdult)
    {
        var household = Good(Request(("parent", ""), ("member", bornOn)));
        Assert.Equal(2, household.Members.Count);
        Assert.Equal(isAdult, household.Adults.Any(adult => adult.Person == "member"));
    }

    [Fact]
    public void Every_mistake_is_told_at_once_and_none_repeats_what_was_sent()
    {
        var request = Request(("canary-1", "canary-2"), ("canary-1", "2026-06-21"), (" ", "1990-02-30"), ("canary\n4", "1990-1-1"));
        request.Official = "";
        request.CaseId = new string('c', 129);
        request.DecidedOn = "2026-06-20";
        Assert.Equal(
            [
                "'official' is missing",
                "'case_id' has more than 128 characters",
                "'members[0].born_on' is no date; write it like 2026-06-20",
                "'members[1].person' is that of members[0] again",
                "'members[1].born_on' lies after 'decided_on'",
                "'members[2].person' is missing",
                "'members[2].born_on' is no date; write it like 2026-06-20",
                "'members[3].person' has control characters",
                "'members[3].born_on' is no date; write it like 2026-06-20",
            ],
            Mistakes(request));
    }

    [Theory]
    [InlineData("20260620")]
    [InlineData("2026-06-20T00:00:00Z")]
    [InlineData("2026-13-01")]
    [InlineData("２０２６-06-20")]
    [InlineData(" 2026-06-20")]
    [InlineData("today")]
    public void A_day_that_is_none_is_refused(string day)
    {
        var request = Request(("a", ""));
        request.DecidedOn = day;
        Assert.Equal("'decided_on' is no date; write it like 2026-06-20", Assert.Single(Mistakes(request)));
    }

    [Fact]
    public void A_year_that_has_not_begun_is_refused_since_its_incomes_are_not_complete()
    {
        var request = Request(("a", ""));
        request.DecidedOn = "2026-12-31";
        Assert.Empty(Mistakes(request));
        request.DecidedOn = "2027-01-01";
        Assert.StartsWith("'decided_on' lies in a year that has not begun", Assert.Single(Mistakes(request)), StringComparison.Ordinal);
        request.DecidedOn = "9999-12-31";
        Assert.Single(Mistakes(request));
    }

    [Fact]
    public void Nobody_and_more_than_20_are_refused()
    {
        Assert.StartsWith("'members' is empty", Assert.Single(Mistakes(Request())), StringComparison.Ordinal);
        Assert.Empty(Mistakes(Request([.. Enumerable.Range(0, 20).Select(i => ($"p{i}", ""))])));
        Assert.Equal("'members' has more than 20", Assert.Single(Mistakes(Request([.. Enumerable.Range(0, 21).Select(i => ($"p{i}", ""))]))));
    }

    [Fact]
    public void Children_alone_are_refused_and_not_eligible_for_want_of_anything_against_it() =>
        Assert.Equal("'members' has nobody of 16 years or more at the end of 2025, whose income would count", Assert.Single(Mistakes(Request(("a", "2015-05-05"), ("b", "2017-05-05")))));

    [Fact]
    public void Whatever_is_sent_is_read_or_told_and_never_thrown() =>
        Gen.Select(Gen.String[0, 12], Gen.OneOf(Gen.String[0, 12], Gen.Date.Select(day => day.ToString("yyyy-MM-dd"))), Gen.Select(Gen.String[0, 300], Gen.OneOf(Gen.String[0, 12], Gen.Date.Select(day => day.ToString("yyyy-MM-dd")))).Array[0, 25])
            .Sample((official, day, members) =>
            {
                var request = Request(members);
                request.Official = official;
                request.DecidedOn = day;
                var mistakes = new List<string>();
                var household = HouseholdCase.Read(request, today, mistakes);
                if (mistakes.Count == 0)
                    Assert.NotEmpty(household!.Adults);
                Assert.All(mistakes, mistake => Assert.StartsWith("'", mistake, StringComparison.Ordinal));
            });

    static EligibilityRequest Request(params (string Person, string BornOn)[] members) => new()
    {
        Official = "suzuki",
        Members = { members.Select(one => new EligibilityMember { Person = one.Person, BornOn = one.BornOn }) },
    };

    static HouseholdCase Good(EligibilityRequest request)
    {
        var mistakes = new List<string>();
        var household = HouseholdCase.Read(request, today, mistakes);
        Assert.Empty(mistakes);
        return household!;
    }

    static List<string> Mistakes(EligibilityRequest request)
    {
        var mistakes = new List<string>();
        HouseholdCase.Read(request, today, mistakes);
        return mistakes;
    }
}
