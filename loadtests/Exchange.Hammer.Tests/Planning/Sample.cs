using Exchange.Hammer.Planning;

namespace Exchange.Hammer.Tests.Planning;

/// <summary>A country, costs and weights in round numbers, so that what comes out can be reckoned in the head.</summary>
static class Sample
{
    public const double SecondsOfYear = 365 * 86_400;

    /// <summary>1,000 lookups a second on average.</summary>
    public static Country Country { get; } = new("Sample", 1000 * SecondsOfYear, 100, "made up");

    /// <summary>A durable write takes a millisecond.</summary>
    public static MeasuredCosts Costs { get; } = new("figures.json", "abc", "CPU", 2, 1000, 0.5, 128, new LookupCosts(100, 50, 60), new LookupCosts(200, 150, 160));

    /// <summary>By day ten times the mean, half of it WARM; at night three times, all COLD.</summary>
    public static Assumptions Assumed { get; } = new()
    {
        OfficeHours = 5,
        BusyHour = 2,
        Burst = 1,
        Warm = 0.5,
        NightDays = 1,
        NightHours = 8,
        Busy = 0.5,
        ReplicaCores = 1,
        Spare = 1,
        DataSets = 5,
        BusiestAnswers = 0.2,
        Years = 7,
    };

    public static Weights Weights { get; } = new(300, 2000, 1000, 32);

    public static Needs Of(Country? country = null, Assumptions? assumed = null) => NationalDay.Of(country ?? Country, Costs, assumed ?? Assumed, Weights);
}
