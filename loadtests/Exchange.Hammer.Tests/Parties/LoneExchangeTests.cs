using Exchange.Hammer.Connections;
using Exchange.Hammer.Machine;
using Exchange.Hammer.Results;
using Exchange.Hammer.Soak;

namespace Exchange.Hammer.Tests.Parties;

/// <summary>One hub for both: what is measured with it takes longest to start.</summary>
[Collection(OwnExchange.OneAtATime)]
public sealed class LoneExchangeTests(OwnExchange own) : IClassFixture<OwnExchange>
{
    static readonly MachineFacts machine = Soak.Sample.Machine("abc");

    [Fact]
    public async Task Idle_connections_stay_open_beside_a_stalled_provider_that_was_asked_and_nobody_else_was_answered_wrong()
    {
        var plan = own.Connections;
        var progress = new Heard();

        var figures = await new ConnectionsMeasurer(plan, own.Exchange, progress).Run(machine, default);

        Assert.Equal((7, 20, 20), (figures.Agencies, figures.OpenAfterHold, figures.OpenAtEnd));
        // Two of the requester, and two of the provider.
        Assert.Equal(24, figures.HubCount);
        Assert.True(figures.Before is { Private: > 10_000_000, Heap: > 1_000_000 } && figures.After.Heap > figures.Before.Heap, figures.ToString());
        Assert.Equal(plan.Rounds, figures.Rounds.Count);
        Assert.All(figures.Rounds, round => Assert.True(round.Stuck >= plan.Stuck && round.With.Answers > 0 && round.Without.Answers > 0, round.ToString()));
        Assert.Contains("  20 of 20 open", progress.Lines);
        Assert.NotNull(figures.Shortcoming);
        Assert.Equal(figures.PrivateEach, Json(figures).GetProperty("private_each").GetDouble());
        Assert.Contains("| 3 | without |", ConnectionsReport.Write(figures), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_soak_reads_memory_allocation_and_throughput_after_each_stretch_and_draws_them()
    {
        var plan = new SoakPlan(TimeSpan.FromSeconds(2), TimeSpan.FromMilliseconds(250), TimeSpan.FromMilliseconds(250), Concurrency: 8, People: 100);
        var progress = new Heard();

        var figures = await new SoakMeasurer(plan, own.Exchange, progress).Run(machine, default);

        Assert.Equal(9, figures.Samples.Count);
        Assert.All(figures.Samples, sample => Assert.True(sample is { Private: > 10_000_000, Heap: > 1_000_000 }, sample.ToString()));
        Assert.All(figures.Samples.Skip(1), sample => Assert.True(sample is { Allocated: > 500, PerSecond: > 0, P99: > 0 }, sample.ToString()));
        Assert.Equal(figures.Samples.Select(sample => sample.Lookups).Order(), figures.Samples.Select(sample => sample.Lookups));
        Assert.NotNull(figures.GrowsSteadily);
        Assert.NotNull(figures.Shortcoming);
        Assert.StartsWith("[8/8]", progress.Lines[^1], StringComparison.Ordinal);
        Assert.Contains("bytes for 1,000 lookups", SoakReport.Write(figures), StringComparison.Ordinal);
        var svg = SoakFigure.Draw(figures);
        Assert.StartsWith("<svg", svg, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", svg, StringComparison.Ordinal);
    }

    static System.Text.Json.JsonElement Json<T>(T figures) => System.Text.Json.JsonDocument.Parse(ResultFiles.ToJson(figures)).RootElement;
}
