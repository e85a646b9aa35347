using System.Security.Cryptography;
using Exchange.Protocol.DataSets;
using Exchange.Protocol.DataSets.Predicates;
using Exchange.V1;
using Records.Municipality.V1;
using Records.Tax.V1;
using TaxState = Records.Tax.V1.AssessmentState;

namespace Exchange.Protocol.Tests.DataSets;

public sealed class PredicateTestTests
{
    static readonly IncomeStatement assessed = new() { Year = 2025, AssessmentState = TaxState.Assessed, TotalIncome = 1_499_999, MunicipalIncomeLevy = 0, AssessedOn = "2026-06-01" };

    [Theory]
    [InlineData("total_income < 1500000", Truth.Yes)]
    [InlineData("total_income < 1499999", Truth.No)]
    [InlineData("total_income <= 1499999", Truth.Yes)]
    [InlineData("total_income >= 1500000", Truth.No)]
    [InlineData("total_income > -1", Truth.Yes)]
    [InlineData("total_income != 1499999", Truth.No)]
    [InlineData("municipal_income_levy = 0", Truth.Yes)]
    [InlineData("prefectural_income_levy = 0", Truth.NotKnown)]
    [InlineData("assessment_state = ASSESSED", Truth.Yes)]
    [InlineData("assessment_state != EXEMPT", Truth.Yes)]
    [InlineData("assessed_on < 2026-06-02", Truth.Yes)]
    [InlineData("assessed_on >= 2026-06-02", Truth.No)]
    [InlineData("taxing_municipality = 131016", Truth.NotKnown)]
    [InlineData("municipal_income_levy = 0 and prefectural_income_levy = 0", Truth.NotKnown)]
    [InlineData("prefectural_income_levy = 0 and total_income > 1500000", Truth.No)]
    [InlineData("assessment_state = ASSESSED and total_income < 1500000 and municipal_income_levy = 0", Truth.Yes)]
    public void A_test_holds_or_does_not_or_cannot_be_decided(string text, Truth truth) =>
        Assert.Equal(truth, Read(text, DataSetCatalogue.Income).Of(assessed));

    [Fact]
    public void Nothing_declared_is_not_an_income_of_zero() =>
        Assert.Equal(Truth.NotKnown, Read("total_income < 1500000", DataSetCatalogue.Income).Of(new IncomeStatement { AssessmentState = TaxState.Undeclared }));

    [Fact]
    public void A_state_nobody_has_said_is_not_known() =>
        Assert.Equal(Truth.NotKnown, Read("assessment_state != EXEMPT", DataSetCatalogue.Income).Of(new IncomeStatement()));

    [Fact]
    public void Every_bound_divides_incomes_as_numbers_do()
    {
        var test = Read("total_income < 1500000", DataSetCatalogue.Income);
        for (var i = 0; i < 10_000; i++)
        {
            var income = RandomNumberGenerator.GetInt32(0, 3_000_000) * 1000L;
            Assert.Equal(income < 1_500_000 ? Truth.Yes : Truth.No, test.Of(new IncomeStatement { TotalIncome = income }));
        }
    }

    [Fact]
    public void However_it_is_spaced_it_is_written_in_one_way()
    {
        var test = Read("  municipal_income_levy=0   and\tprefectural_income_levy  =  0 ", DataSetCatalogue.ResidentTax);
        Assert.Equal("municipal_income_levy = 0 and prefectural_income_levy = 0", test.ToString());
        Assert.Equal(["municipal_income_levy", "prefectural_income_levy"], test.Fields);
        Assert.Equal(test.ToString(), Read(test.ToString(), DataSetCatalogue.ResidentTax).ToString());
    }

    [Fact]
    public void A_flag_that_is_not_set_is_not_known()
    {
        var test = Read("moved_abroad = false", DataSetCatalogue.Household);
        Assert.Equal((Truth.NotKnown, Truth.Yes, Truth.No), (test.Of(new Household()), test.Of(new Household { MovedAbroad = false }), test.Of(new Household { MovedAbroad = true })));
    }

    [Theory]
    [InlineData("", "a test reads FIELD < VALUE")]
    [InlineData("total_income", "a test reads FIELD < VALUE")]
    [InlineData("total_income < 1500000 or total_income > 3", "a test reads FIELD < VALUE")]
    [InlineData("total_income < 1500000 and", "a test reads FIELD < VALUE")]
    [InlineData("total_income < 1,500,000", "'total_income' is a whole number, and '1,500,000' is none")]
    [InlineData("total_income < 99999999999999999999", "'total_income' is a whole number")]
    [InlineData("totl_income < 1500000", "tax.income.v1 has no field 'totl_income'; it has year")]
    [InlineData("assessment_state = POOR", "'assessment_state' is one of ASSESSED")]
    [InlineData("assessment_state = UNSPECIFIED", "'assessment_state' is one of ASSESSED")]
    [InlineData("assessment_state < EXEMPT", "'assessment_state' has no order")]
    [InlineData("assessed_on < June", "'assessed_on' is a date such as")]
    [InlineData("taxing_municipality < 131016", "'taxing_municipality' has no order")]
    public void A_test_that_says_nothing_is_refused_with_what_there_is(string text, string mistake)
    {
        Assert.False(PredicateTest.TryParse(text, DataSetCatalogue.Income, out _, out var said));
        Assert.StartsWith(mistake, said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("members = 3", "'members' is a list")]
    [InlineData("moved_abroad = perhaps", "'moved_abroad' is true or false")]
    public void Lists_are_not_compared_and_flags_are_true_or_false(string text, string mistake)
    {
        Assert.False(PredicateTest.TryParse(text, DataSetCatalogue.Household, out _, out var said));
        Assert.StartsWith(mistake, said, StringComparison.Ordinal);
    }

    [Fact]
    public void A_test_longer_than_anybody_reads_is_refused() =>
        Assert.False(PredicateTest.TryParse(string.Join(" and ", Enumerable.Repeat("total_income < 1500000", 20)), DataSetCatalogue.Income, out _, out _));

    static PredicateTest Read(string text, DataSetContract dataSet)
    {
        Assert.True(PredicateTest.TryParse(text, dataSet, out var test, out var mistake), mistake);
        return test;
    }
}
