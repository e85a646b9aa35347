using Exchange.Hammer.Soak;

namespace Exchange.Hammer.Tests.Soak;

public class TrendTests
{
    [Fact]
    public void Points_on_a_line_have_its_slope_and_no_doubt()
    {
        var trend = Trend.Of([.. Enumerable.Range(0, 10).Select(x => ((double)x, 7 + 2.5 * x))])!;

        Assert.Equal(2.5, trend.Slope, 9);
        Assert.Equal((2.5, 2.5), (Math.Round(trend.Low, 6), Math.Round(trend.High, 6)));
    }

    [Fact]
    public void The_bounds_are_those_of_the_textbook()
    {
        // Sum of squares in x 10, off the line 2.4; t for three degrees of freedom is 3.182: 3.182 * sqrt(0.8 / 10).
        var trend = Trend.Of([(1, 2), (2, 4), (3, 5), (4, 4), (5, 5)])!;

        Assert.Equal(0.6, trend.Slope, 9);
        Assert.Equal((-0.3, 1.5), (Math.Round(trend.Low, 3), Math.Round(trend.High, 3)));
    }

    [Fact]
    public void Two_points_or_all_at_one_place_show_no_trend()
    {
        Assert.Null(Trend.Of([(1, 1), (2, 2)]));
        Assert.Null(Trend.Of([(1, 1), (1, 2), (1, 3)]));
    }

    [Fact]
    public void What_grows_to_the_end_grows_steadily_and_what_filled_up_does_not()
    {
        var leak = Sample.Soak(sample => 20_000_000 + sample * 10_000 + sample % 2 * 500);
        var filled = Sample.Soak(sample => 20_000_000 + Math.Min(sample, 20) * 10_000 + sample % 2 * 500);
        var still = Sample.Soak(sample => 20_000_000 + sample % 2 * 500);

        // Each reading is 1,000,000 lookups after the one before.
        Assert.Equal(10, leak.Growth!.Slope, 0);
        Assert.InRange(leak.SteadyGrowth!.Value, 9.5, 10);
        Assert.True(filled.Growth!.Low > 0);
        Assert.Equal((true, false, false), (leak.GrowsSteadily, filled.GrowsSteadily, still.GrowsSteadily));
        Assert.Equal((0.0, 0.0), (filled.SteadyGrowth, still.SteadyGrowth));
    }

    [Fact]
    public void A_hub_that_does_not_say_what_is_left_has_no_trend() => Assert.Null(Sample.Soak(_ => null).GrowsSteadily);
}
