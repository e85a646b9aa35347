using Exchange.Hammer.Planning;

namespace Exchange.Hammer.Tests.Planning;

public sealed class AssumptionsTests
{
    [Fact]
    public void What_is_usual_can_be_reckoned_with_and_its_peaks_are_the_product_of_their_factors()
    {
        var usual = new Assumptions();
        Assert.Null(usual.Mistake);
        Assert.Equal(27, usual.DayPeak, 9);
        Assert.Equal(21, usual.NightPeak, 9);
    }

    [Fact]
    public void Each_that_cannot_be_is_refused_by_the_name_of_its_option()
    {
        var usual = new Assumptions();
        (string Option, Assumptions Bad)[] all =
        [
            ("--office-hours", usual with { OfficeHours = 0.9 }),
            ("--busy-hour", usual with { BusyHour = double.NaN }),
            ("--burst", usual with { Burst = double.PositiveInfinity }),
            ("--warm", usual with { Warm = 1.1 }),
            ("--warm", usual with { Warm = double.NaN }),
            ("--night-days", usual with { NightDays = -1 }),
            ("--night-hours", usual with { NightHours = 0 }),
            ("--busy", usual with { Busy = 0 }),
            ("--busy", usual with { Busy = 1.01 }),
            ("--replica-cores", usual with { ReplicaCores = 0 }),
            ("--spare", usual with { Spare = -1 }),
            ("--data-sets", usual with { DataSets = 0 }),
            ("--busiest-answers", usual with { BusiestAnswers = 2 }),
            ("--years", usual with { Years = 0 }),
            ("--at-once", usual with { AtOnce = 0 }),
        ];
        Assert.All(all, one => Assert.Contains($"'{one.Option}'", one.Bad.Mistake, StringComparison.Ordinal));
    }
}
