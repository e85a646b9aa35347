using Exchange.Hammer.Curves;
using Exchange.Hammer.Measurement;

namespace Exchange.Hammer.Tests.Curves;

public sealed class GrowthTests
{
    [Theory]
    [InlineData(1.02, 0.95, 1.04, "flat")]
    [InlineData(1.30, 0.90, 1.50, "flat")]
    [InlineData(1.10, 1.05, 1.12, "flat")]
    [InlineData(4.00, 3.80, 4.10, "**rises by 100 %** for each tenfold")]
    [InlineData(0.25, 0.20, 0.30, "**falls by 50 %** for each tenfold")]
    public void What_lies_within_the_spread_or_a_tenth_is_flat_and_anything_else_is_told_for_each_tenfold(double median, double min, double max, string words) =>
        Assert.Equal(words, new Growth("p50", new Spread(median, min, max), Tenfolds: 2, IsMeasurable: true).Words);

    [Fact]
    public void A_difference_that_a_figure_cannot_show_is_none() =>
        Assert.True(new Growth("start of the hub", new Spread(1.2, 1.2, 1.2), Tenfolds: 2, IsMeasurable: false).IsFlat);
}
