using Exchange.Hammer.Offices;
using Exchange.Hammer.Tests.Parties;
using Exchange.Sandbox.Files;
using Exchange.Sandbox.Residents;

namespace Exchange.Hammer.Tests.Offices;

[Collection(OwnExchange.OneAtATime)]
public sealed class OfficesTests : IDisposable
{
    readonly string state = Directory.CreateTempSubdirectory("exchange-offices-").FullName;

    public void Dispose() => Directory.Delete(state, recursive: true);

    /// <summary>Real processes over real TLS, too few of anything for a figure to mean anything.</summary>
    [Fact]
    public async Task Every_scenario_is_played_with_all_municipalities_connected_and_every_answer_is_as_the_records_are()
    {
        var plan = new OfficesPlan(Connected: 8, Towns: 3, PeopleEach: 24, PerSecond: 20, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(1));

        var figures = await new OfficesMeasurer(plan, state, new Heard()).Run(Soak.Sample.Machine("abc"), default);

        Assert.Equal(5, figures.IdleAtEnd);
        // This process does other things meanwhile, and what a town takes of it may be less than they give back.
        Assert.True(figures.EachTown != 0 && figures.HubConnected > 10_000_000, figures.ToString());
        Assert.Equal(Scenario.All.Select(scenario => scenario.Id), figures.Scenes.Select(scene => scene.Scenario));
        Assert.All(figures.Scenes, scene => Assert.True(scene.Answered > 0 && scene.Answered + scene.Stretch.Refused.Values.Sum() == scene.Offered && scene.HubPeak > 10_000_000, scene.ToString()));
        Assert.Equal(Population.Draw(plan.People, [ExchangePlan.Chiyoda, ExchangePlan.Osaka, .. plan.MoreTowns]).Count(one => one.IsKnownToPension), figures.Scenes[^1].Linked);
        Assert.NotNull(figures.Shortcoming);
        Assert.Contains("| nightly |", OfficesReport.Write(figures), StringComparison.Ordinal);
        var svg = OfficesFigure.Draw(figures);
        Assert.StartsWith("<svg", svg, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", svg, StringComparison.Ordinal);
    }

    [Fact]
    public void A_scenario_offers_what_its_shape_says_and_in_order()
    {
        var season = Scenario.All.Single(one => one.Id == "tax-season");

        TimeSpan[] dues = [.. season.Dues(100, TimeSpan.FromSeconds(4))];

        // A fifth of the time at ten times the rate, the rest at one.
        Assert.InRange(dues.Length, 1110, 1130);
        Assert.Equal(dues.Order(), dues);
        Assert.Equal([200, 20, 20, 20, 20], Enumerable.Range(0, 5).Select(fifth => (int)Math.Round(dues.Count(due => (int)(due.TotalMilliseconds / 200) == fifth) / 10.0) * 10));
    }

    [Fact]
    public void The_first_is_drawn_twice_as_often_as_the_second_and_nobody_is_left_out()
    {
        var zipf = new Zipf(5);

        int[] drawn = [.. Enumerable.Range(0, 20_000).Select(_ => zipf.Draw()).CountBy(one => one).OrderBy(one => one.Key).Select(one => one.Value)];

        Assert.Equal(5, drawn.Length);
        Assert.InRange(drawn[0] / (double)drawn[1], 1.8, 2.2);
        Assert.InRange(drawn[0] / (double)drawn[4], 4.2, 5.9);
    }
}
