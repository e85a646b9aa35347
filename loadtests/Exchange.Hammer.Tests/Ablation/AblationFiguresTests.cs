using System.Text.Json;
using Exchange.Hammer.Ablation;
using Exchange.Hammer.Contenders;
using Exchange.Hammer.Results;

namespace Exchange.Hammer.Tests.Ablation;

public sealed class AblationFiguresTests
{
    [Theory]
    [InlineData(0.97, 0.8, true)]
    [InlineData(0.94, 0.8, false)]
    [InlineData(0.97, 0.69, false)]
    public void Tracing_is_judged_by_the_throughput_without_it_in_the_same_rounds(double shipped, double recorded, bool isMet)
    {
        var target = Target(Sample.Figures(shipped, recorded));

        Assert.Equal((shipped, recorded), (target.Value["default sampling"], target.Value["all recorded"]));
        Assert.Equal(isMet, target.Met);
    }

    [Fact]
    public void Rounds_that_are_too_short_judge_nothing() => Assert.Null(Target(Sample.Figures(0.97, 0.8, seconds: 1)).Met);

    [Fact]
    public void A_stage_costs_what_its_rung_has_more_than_the_last_one_before_that_was_measured()
    {
        var text = AblationReport.Write(Sample.Figures(0.97, 0.8));

        Assert.Contains("| tls | 40,000 (36,000-44,000) | 1,000 (1,000-1,000) | 8.0 | 8.0 | 8.0 | 24.0 (24.0 to 24.0) | mTLS | 9.0 (9.0 to 9.0) | 0.80 (0.80-0.80) |", text, StringComparison.Ordinal);
        Assert.Contains("| durable writes, from tls | 156.0 (156.0 to 156.0) |", text, StringComparison.Ordinal);
        Assert.Contains("| no handle: COLD | 204.0 (204.0 to 204.0) |", text, StringComparison.Ordinal);
        Assert.Contains("**Not measured**: there is no folder /dev/shm.", text, StringComparison.Ordinal);
        var svg = AblationFigure.Draw(Sample.Figures(0.97, 0.8));
        Assert.StartsWith("<svg", svg, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", svg, StringComparison.Ordinal);
    }

    /// <summary>By the figures as they are read back.</summary>
    static TargetResult Target(AblationFigures figures)
    {
        var read = JsonSerializer.Deserialize<AblationFigures>(ResultFiles.ToJson(figures), ResultFiles.Json)!;
        Assert.Equal(AblationReport.Write(figures), AblationReport.Write(read));
        return (Results.Sample.Report(null, [Results.Sample.Cell(Lineup.Warm, 128, 15_000)]) with { Merged = Merged.Of([new FoundResult("one", read)], "abc") }).Targets["P8"];
    }
}
