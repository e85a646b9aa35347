using Agency.V1;
using CsCheck;
using Exchange.Municipality.Eligibility;

namespace Exchange.Municipality.Tests.Eligibility;

public sealed class RuleTests
{
    static readonly Programme programme = Programmes.All[^1];

    static readonly Gen<long?> income = Gen.Frequency((2, Gen.Const((long?)null)), (4, Gen.Long[0, 900_000].Select(one => (long?)one)), (1, Gen.Long[0, long.MaxValue].Select(one => (long?)one)));

    static readonly Gen<bool?> exemption = Gen.Frequency((2, Gen.Const((bool?)null)), (5, Gen.Const((bool?)true)), (1, Gen.Const((bool?)false)));

    static readonly Gen<HouseholdFacts> households =
        from adults in Gen.Select(income, income, exemption).Array[1, 6]
        from children in Gen.Int[0, 4]
        select new HouseholdFacts(adults.Length + children, [.. adults.Select((one, i) => new AdultFacts(i + 1, one.Item1, one.Item2, one.Item3))]);

    [Fact]
    public void What_is_decided_holds_whatever_is_missing_turns_out_to_be() =>
        Gen.Select(households, Gen.Select(Gen.Long[0, 3_000_000], Gen.Long[0, 3_000_000], Gen.Bool).Array[6]).Sample((household, truth) =>
        {
            var decided = Decide(household);
            var whole = household with
            {
                Adults = [.. household.Adults.Zip(truth, (adult, real) => adult with
                {
                    TotalIncome = adult.TotalIncome ?? real.Item1, PensionOnTop = adult.PensionOnTop ?? real.Item2, IsExempt = adult.IsExempt ?? real.Item3,
                })],
            };
            Assert.NotEqual(Decision.Undecided, Decide(whole));
            Assert.True(decided == Decision.Undecided || decided == Decide(whole));
        });

    [Fact]
    public void It_is_undecided_only_where_the_missing_could_make_it_either() =>
        households.Sample(household =>
        {
            var isUndecided = Decide(household) == Decision.Undecided;
            Assert.Equal(isUndecided, Decide(Filled(household, 0, true)) == Decision.Eligible && Decide(Filled(household, long.MaxValue, false)) == Decision.NotEligible && HasGap(household));
        });

    [Fact]
    public void Nobody_is_eligible_while_anything_is_missing() =>
        households.Sample(household => Assert.False(Decide(household) == Decision.Eligible && HasGap(household)));

    [Fact]
    public void Each_step_is_said_whatever_is_missing() =>
        households.Sample(household => Assert.Equal(household.Adults.Count + 4, Rule.Apply(programme, household).Steps.Count(step => step.Length > 0)));

    [Theory]
    [InlineData(1, 479_999, Decision.Eligible)]
    [InlineData(1, 480_000, Decision.NotEligible)]
    [InlineData(4, 1_799_999, Decision.Eligible)]
    [InlineData(4, 1_800_000, Decision.NotEligible)]
    [InlineData(6, 2_539_999, Decision.Eligible)]
    [InlineData(6, 2_540_000, Decision.NotEligible)]
    public void The_income_must_be_below_the_ceiling_of_the_households_size(int size, long income, Decision decision) =>
        Assert.Equal(decision, Decide(new HouseholdFacts(size, [new AdultFacts(1, income - 10, 10, true)])));

    [Fact]
    public void One_known_taxed_member_decides_though_nothing_else_is_known() =>
        Assert.Equal(Decision.NotEligible, Decide(new HouseholdFacts(3, [new AdultFacts(1, null, null, null), new AdultFacts(2, null, null, false)])));

    [Fact]
    public void Part_of_the_income_that_reaches_the_ceiling_decides_and_the_steps_say_it_is_a_part()
    {
        var verdict = Rule.Apply(programme, new HouseholdFacts(2, [new AdultFacts(1, 1_060_000, null, null), new AdultFacts(2, null, null, null)]));
        Assert.Equal(Decision.NotEligible, verdict.Decision);
        Assert.Contains(verdict.Steps, step => step.Contains("1060000 yen are known of it; not met", StringComparison.Ordinal));
        Assert.Contains("Member 2: resident tax not known; total income not known, pension on top not known.", verdict.Steps);
    }

    [Fact]
    public void Amounts_beyond_all_measure_do_not_wrap_round() =>
        Assert.Equal(Decision.NotEligible, Decide(new HouseholdFacts(20, [.. Enumerable.Range(1, 20).Select(i => new AdultFacts(i, long.MaxValue, long.MaxValue, true))])));

    static Decision Decide(HouseholdFacts household) => Rule.Apply(programme, household).Decision;

    static bool HasGap(HouseholdFacts household) => household.Adults.Any(adult => adult.TotalIncome is null || adult.PensionOnTop is null || adult.IsExempt is null);

    static HouseholdFacts Filled(HouseholdFacts household, long income, bool isExempt) => household with
    {
        Adults = [.. household.Adults.Select(adult => adult with { TotalIncome = adult.TotalIncome ?? income, PensionOnTop = adult.PensionOnTop ?? income, IsExempt = adult.IsExempt ?? isExempt })],
    };
}
