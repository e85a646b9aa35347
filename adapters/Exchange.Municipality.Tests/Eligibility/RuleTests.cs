using Agency.V1;
using CsCheck;
using Exchange.Municipality.Eligibility;
using Records.Pension.V1;

namespace Exchange.Municipality.Tests.Eligibility;

public sealed class RuleTests
{
    static readonly Programme programme = Programmes.Shipped.All[^1];

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

    [Fact]
    public void Each_further_member_and_each_child_raises_the_ceiling_by_what_the_rule_says() =>
        Gen.Select(Gen.Long[1, 1_000_000].Array[1, 20], Gen.Long[0, 500_000], Gen.Long[1, 300_000], Gen.Int[1, 20], Gen.Int[0, 20]).Sample((steps, further, each, size, children) =>
        {
            long[] bySize = [.. steps.Order()];
            var ceiling = new IncomeCeiling(bySize, further, new ChildAddition(18, each));
            var expected = size <= bySize.Length ? bySize[size - 1] : bySize[^1] + Enumerable.Repeat(further, size - bySize.Length).Sum();
            Assert.Equal(expected + Enumerable.Repeat(each, children).Sum(), ceiling.Of(size, children));
            Assert.Equal(expected, (ceiling with { Children = null }).Of(size, children));
            Assert.True(ceiling.Of(size, children) < ceiling.Of(size, children + 1));
        });

    [Theory]
    [InlineData(0, 1_429_999, Decision.Eligible)]
    [InlineData(0, 1_430_000, Decision.NotEligible)]
    [InlineData(2, 1_430_000, Decision.Eligible)]
    [InlineData(2, 1_630_000, Decision.NotEligible)]
    public void Children_raise_the_ceiling_and_without_any_it_is_that_of_the_size_alone(int children, long income, Decision decision)
    {
        var verdict = Rule.Apply(programme with { Ceiling = programme.Ceiling with { Children = new ChildAddition(18, 100_000) } }, new HouseholdFacts(3, [new AdultFacts(1, income, 0, true)]) { Children = children });
        Assert.Equal(decision, verdict.Decision);
        Assert.Contains(verdict.Steps, step => step.Contains($"for 3 members, {children} of them under 18 at the end of the income year", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true, Decision.Eligible)]
    [InlineData(false, Decision.NotEligible)]
    [InlineData(null, Decision.Undecided)]
    public void Residence_is_a_condition_like_any_other_where_the_programme_makes_it_one(bool? livedHere, Decision decision)
    {
        var household = new HouseholdFacts(1, [new AdultFacts(1, 0, 0, true) { LivedHere = livedHere }]);
        var verdict = Rule.Apply(programme with { LivedHere = true }, household);
        Assert.Equal(decision, verdict.Decision);
        Assert.Contains(verdict.Steps, step => step.StartsWith("Condition 2, every adult lived in this town on 1 January:", StringComparison.Ordinal));
        Assert.Equal(Decision.Eligible, Decide(household));
    }

    [Theory]
    [InlineData(true, false, 9_000_000L, Decision.Eligible)]
    [InlineData(false, true, 9_000_000L, Decision.Eligible)]
    [InlineData(false, false, 9_000_000L, Decision.NotEligible)]
    [InlineData(false, false, 1L, Decision.Eligible)]
    [InlineData(true, null, null, Decision.Eligible)]
    [InlineData(null, true, null, Decision.Eligible)]
    [InlineData(null, false, 9_000_000L, Decision.Undecided)]
    [InlineData(false, null, 9_000_000L, Decision.Undecided)]
    [InlineData(false, false, null, Decision.Undecided)]
    [InlineData(null, null, 1L, Decision.Eligible)]
    public void A_ceiling_that_is_waived_is_met_whatever_the_income_is(bool? isExempt, bool? draws, long? income, Decision decision)
    {
        var waiving = programme with { ExemptOfResidentTax = false, Waiver = new CeilingWaiver(ForExempt: true, new HashSet<PensionKind> { PensionKind.Disability }) };
        var verdict = Rule.Apply(waiving, new HouseholdFacts(1, [new AdultFacts(1, income, 0, isExempt) { DrawsWaivingPension = draws }]));
        Assert.Equal(decision, verdict.Decision);
        Assert.Contains(verdict.Steps, step => step.Contains("which is waived where every adult is exempt of resident tax or an adult was paid a pension of kind DISABILITY", StringComparison.Ordinal));
    }

    [Fact]
    public void What_the_rule_does_not_read_is_not_spoken_of()
    {
        var bare = programme with { ExemptOfResidentTax = false, PensionsOnTop = new HashSet<PensionKind>() };
        Assert.Equal(
            [
                "2 members, of whom 1 aged 16 or more at the end of the income year: their income counts.",
                "Member 1: total income 5 yen.",
                "Condition 1, the countable income is below 1060000 yen, the ceiling for 2 members: it is 5 yen; met.",
                "Every condition is met: eligible.",
            ],
            Rule.Apply(bare, new HouseholdFacts(2, [new AdultFacts(1, 5, 0, null)])).Steps);
    }

    [Fact]
    public void Of_any_programme_what_is_decided_holds_whatever_is_missing_turns_out_to_be() =>
        Gen.Select(Gen.Bool, Gen.Bool, Gen.Bool, Gen.Bool, Gen.Select(income, exemption, exemption, exemption).Array[1, 5], Gen.Select(Gen.Long[0, 3_000_000], Gen.Bool, Gen.Bool, Gen.Bool).Array[5]).Sample(
            (exempt, lived, forExempt, forPension, adults, truth) =>
            {
                var any = programme with
                {
                    ExemptOfResidentTax = exempt,
                    LivedHere = lived,
                    Waiver = new CeilingWaiver(forExempt && !exempt, forPension ? new HashSet<PensionKind> { PensionKind.Survivors } : new HashSet<PensionKind>()),
                };
                AdultFacts[] known = [.. adults.Select((one, i) => new AdultFacts(i + 1, one.Item1, 0, one.Item2) { LivedHere = one.Item3, DrawsWaivingPension = one.Item4 })];
                AdultFacts[] whole = [.. known.Zip(truth, (one, real) => one with
                {
                    TotalIncome = one.TotalIncome ?? real.Item1, IsExempt = one.IsExempt ?? real.Item2, LivedHere = one.LivedHere ?? real.Item3, DrawsWaivingPension = one.DrawsWaivingPension ?? real.Item4,
                })];
                var decided = Rule.Apply(any, new HouseholdFacts(adults.Length, known)).Decision;
                var really = Rule.Apply(any, new HouseholdFacts(adults.Length, whole)).Decision;
                Assert.NotEqual(Decision.Undecided, really);
                Assert.True(decided == Decision.Undecided || decided == really);
            });

    static Decision Decide(HouseholdFacts household) => Rule.Apply(programme, household).Decision;

    static bool HasGap(HouseholdFacts household) => household.Adults.Any(adult => adult.TotalIncome is null || adult.PensionOnTop is null || adult.IsExempt is null);

    static HouseholdFacts Filled(HouseholdFacts household, long income, bool isExempt) => household with
    {
        Adults = [.. household.Adults.Select(adult => adult with { TotalIncome = adult.TotalIncome ?? income, PensionOnTop = adult.PensionOnTop ?? income, IsExempt = adult.IsExempt ?? isExempt })],
    };
}
