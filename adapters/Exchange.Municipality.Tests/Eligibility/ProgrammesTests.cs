using Exchange.Municipality.Eligibility;

namespace Exchange.Municipality.Tests.Eligibility;

public sealed class ProgrammesTests
{
    [Theory]
    [InlineData("2025-04-01", "2025-04")]
    [InlineData("2026-03-31", "2025-04")]
    [InlineData("2026-04-01", "2026-04")]
    [InlineData("2031-07-01", "2026-04")]
    public void A_household_is_decided_by_the_version_in_force_on_its_day(string day, string version)
    {
        var mistakes = new List<string>();
        Assert.Equal(version, Programmes.Shipped.Find("low-income-household", DateOnly.Parse(day), mistakes)!.Version);
        Assert.Empty(mistakes);
    }

    [Fact]
    public void A_day_before_every_version_is_told_with_the_days_there_are()
    {
        var mistakes = new List<string>();
        Assert.Null(Programmes.Shipped.Find("", new DateOnly(2025, 3, 31), mistakes));
        Assert.Equal("'low-income-household' has no rule for the day of 'decided_on'; its versions are in force 2025-04-01 to 2026-03-31, from 2026-04-01", Assert.Single(mistakes));
    }

    [Theory]
    [InlineData("low-income-houshold", "'programme' is unknown; did you mean 'low-income-household'?")]
    [InlineData("heating", "'programme' is unknown; there is low-income-household")]
    public void A_programme_that_is_not_there_is_told_without_repeating_it(string name, string told)
    {
        var mistakes = new List<string>();
        Assert.Null(Programmes.Shipped.Find(name, new DateOnly(2026, 6, 1), mistakes));
        Assert.Equal(told, Assert.Single(mistakes));
    }

    [Fact]
    public void Of_several_programmes_one_has_to_be_named()
    {
        var one = Programmes.Shipped.All[0];
        var mistakes = new List<string>();
        Assert.Null(new Programmes([one, one with { Name = "heating" }]).Find("", one.ValidFrom, mistakes));
        Assert.Equal("'programme' is missing; there are low-income-household, heating", Assert.Single(mistakes));
    }

    [Fact]
    public void A_name_of_any_length_is_refused_in_no_time()
    {
        var mistakes = new List<string>();
        Assert.Null(Programmes.Shipped.Find(new string('x', 1_000_000), null, mistakes));
        Assert.Single(mistakes);
    }
}
