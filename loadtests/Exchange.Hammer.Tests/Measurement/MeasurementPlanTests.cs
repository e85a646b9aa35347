using Exchange.Hammer.Contenders;
using Exchange.Hammer.Measurement;
using Exchange.Hammer.Tests.Results;

namespace Exchange.Hammer.Tests.Measurement;

public class MeasurementPlanTests
{
    static readonly MeasurementPlan good = Sample.Plan([.. Lineup.All]);

    public static TheoryData<string, string> Bad => new()
    {
        { "two rounds", "'--rounds' must be 3 or more" },
        { "half a second", "'--seconds' and '--warm-up' must be 1 or more" },
        { "no warm-up", "'--seconds' and '--warm-up' must be 1 or more" },
        { "nobody at once", "'--concurrency' takes numbers from 1 to 1000" },
        { "a huge answer", "'--sizes' takes numbers from 4 to 65536" },
        { "few people", "'--people' must be from 2048" },
        { "a low port", "'--first-port' takes 1024 to 65000" },
    };

    [Fact]
    public void One_that_measures_something_may_run() => Assert.Null(good.Mistake());

    [Theory]
    [MemberData(nameof(Bad))]
    public void One_that_would_measure_nothing_says_which_option_and_what_it_takes(string which, string said)
    {
        var plan = which switch
        {
            "two rounds" => good with { Rounds = 2 },
            "half a second" => good with { Length = TimeSpan.FromSeconds(0.5) },
            "no warm-up" => good with { WarmUp = TimeSpan.Zero },
            "nobody at once" => good with { Concurrency = [0] },
            "a huge answer" => good with { Sizes = [256, 1_000_000] },
            "few people" => good with { People = 100 },
            _ => good with { FirstPort = 80 },
        };

        Assert.StartsWith(said, plan.Mistake(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_first_size_is_asked_at_every_concurrency_and_the_others_in_the_middle() =>
        Assert.Equal([new(1, 256), new(128, 256), new(512, 256), new(128, 1024), new(128, 10_240)], (good with { Sizes = [256, 1024, 10_240] }).Loads);
}
