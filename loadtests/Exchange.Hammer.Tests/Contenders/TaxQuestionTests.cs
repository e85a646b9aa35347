using Exchange.Hammer.Contenders;

namespace Exchange.Hammer.Tests.Contenders;

public class TaxQuestionTests
{
    [Theory]
    [InlineData(256, "tax.income.v1")]
    [InlineData(700, "tax.income.v1")]
    [InlineData(1024, "tax.employment.v1")]
    [InlineData(10 * 1024, null)]
    public void A_size_is_asked_of_the_data_set_that_comes_nearest_unless_none_comes_near(int size, string? dataSet) =>
        Assert.Equal(dataSet, TaxQuestion.Nearest(size)?.DataSet.Id);
}
