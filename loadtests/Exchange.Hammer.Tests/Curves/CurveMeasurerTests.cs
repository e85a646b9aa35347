using Exchange.Hammer.Curves;
using Exchange.Hammer.Tests.Parties;

namespace Exchange.Hammer.Tests.Curves;

/// <summary>Real processes over real TLS, in a run too short for any figure to mean anything.</summary>
[Collection(OwnExchange.OneAtATime)]
public sealed class CurveMeasurerTests : IDisposable
{
    readonly string state = Directory.CreateTempSubdirectory("exchange-curves-").FullName;

    public void Dispose() => Directory.Delete(state, recursive: true);

    [Fact]
    public async Task Points_of_a_curve_take_turns_and_one_that_nobody_takes_is_left_out()
    {
        var curve = Curve.Log with
        {
            Sizes = [300, 600, 900],
            // Not a log: the hub does not start.
            Fill = (folder, count, progress, stop) => count == 900 ? File.WriteAllTextAsync(folder.Directory, "agencies: []", stop) : Curve.Log.Fill(folder, count, progress, stop),
        };
        var plan = Sample.Plan(curve.Name) with { WarmUp = TimeSpan.FromSeconds(1), Rounds = 3, Length = TimeSpan.FromSeconds(3), Concurrency = 48, People = 120 };
        var progress = new Heard();

        var figures = await new CurveMeasurer(plan, state, progress).Measure(curve, default);

        Assert.Equal([300, 600], figures.Points.Select(point => point.Size));
        Assert.Equal(900, Assert.Single(figures.Missing).Size);
        Assert.All(figures.Points, point => Assert.True(point.Rounds.Count == 3 && point.PerSecond.Min > 0 && point is { HubLive: > 1, AdapterLive: > 1, Start: { HubSeconds: > 0, AdapterSeconds: > 0 } }, point.ToString()));
        Assert.Equal([300, 600, 300, 600, 300, 600], progress.Lines.Where(line => line.StartsWith('[')).Select(line => int.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[2], System.Globalization.CultureInfo.InvariantCulture)));
        Assert.NotEmpty(figures.Growth);
    }
}
