using System.Text.Json;
using Exchange.Hammer.Contenders;
using Exchange.Hammer.Parties;
using Exchange.Hammer.Results;

namespace Exchange.Hammer.Tests.Results;

public class TargetsTests
{
    static readonly string[] all = ["P1", "P2", "P3", "P4", "P5", "P6", "P7", "P8", "P9", "P10", "P11", "P12"];

    [Fact]
    public void A_target_is_met_when_every_figure_of_it_reaches_its_first_bound()
    {
        var targets = Sample.Report(new StartUp(1.2, 50, 40),
        [
            Sample.Cell(Lineup.Direct, 1, 4000, p50: 200), Sample.Cell(Lineup.Direct, 512, 20_000),
            Sample.Cell(Lineup.Haproxy, 128, 10_000, hubCpu: 20), Sample.Cell(Lineup.Haproxy, 512, 10_000, hubCpu: 20),
            Sample.Cell(Lineup.Conventional, 128, 1000, hubCpu: 90), Sample.Cell(Lineup.Conventional, 512, 1000, hubCpu: 90),
            Sample.Cell(Lineup.Warm, 1, 900, hubCpu: 60, p50: 800), Sample.Cell(Lineup.Warm, 128, 15_000, hubCpu: 20, allocated: 5000), Sample.Cell(Lineup.Warm, 512, 20_000, hubCpu: 20),
            Sample.Cell(Lineup.Cold, 512, 8000, hubCpu: 75),
        ]).Targets;

        Assert.Equal(all, targets.Keys);
        Assert.Equal([true, true, true, true, true], new[] { "P1", "P2", "P3", "P4", "P12" }.Select(id => targets[id].Met ?? false));
        Assert.Equal((1.5, 2.0, 1.0), (targets["P1"].Value["T5 : T1 at 128"], targets["P1"].Value["T5 : T1 at 512"], targets["P1"].Value["T5 : T0 at 512"]));
        Assert.Equal(0.4, targets["P3"].Value["ms"]!.Value, 3);
        Assert.Equal(1.1, targets["P4"].Value["at 512"]!.Value, 3);
        // 8,000 a second of the 13,333 that two cores multiply three times each.
        Assert.Equal((0.6, true), (targets["P5"].Value["COLD : bound"]!.Value, targets["P5"].Met));
        Assert.True(targets["P10"].Met);
    }

    [Fact]
    public void One_figure_that_is_missed_is_enough_and_one_that_is_not_measured_leaves_it_open()
    {
        var targets = Sample.Report(null,
        [
            Sample.Cell(Lineup.Direct, 512, 20_000), Sample.Cell(Lineup.Haproxy, 128, 10_000, hubCpu: 20),
            Sample.Cell(Lineup.Warm, 128, 14_000, hubCpu: 20, allocated: 5000), Sample.Cell(Lineup.Warm, 512, 20_000, hubCpu: 20),
        ]).Targets;

        Assert.False(targets["P1"].Met);
        Assert.Null(targets["P1"].Value["T5 : T1 at 512"]);
        Assert.Null(targets["P2"].Met);
        Assert.False(targets["P9"].Met);
        Assert.All(["P3", "P6", "P7", "P8", "P10", "P11", "P12"], id => Assert.Null(targets[id].Met));
    }

    [Fact]
    public void What_is_too_small_to_be_counted_divides_nothing()
    {
        var report = Sample.Report(null, [Sample.Cell(Lineup.Direct, 128, 20_000), Sample.Cell(Lineup.Haproxy, 128, 100, hubCpu: 0), Sample.Cell(Lineup.Warm, 128, 100, hubCpu: 20)]);

        Assert.Null(report.Targets["P2"].Value["T5 : T1 at 128"]);
        using var json = JsonDocument.Parse(report.ToJson());
        Assert.Equal(0, json.RootElement.GetProperty("cells")[1].GetProperty("hub_cpu").GetDouble());
    }

    [Fact]
    public void Whoever_was_not_measured_is_named_with_the_reason_and_has_no_figure_anywhere()
    {
        var report = Sample.Report(null, [Sample.Cell(Lineup.Direct, 128, 20_000)], Lineup.Haproxy);

        var text = MarkdownReport.Write(report);
        using var json = JsonDocument.Parse(report.ToJson());

        Assert.Contains("**Not measured: T1 HAProxy**: it was / not there", text, StringComparison.Ordinal);
        Assert.DoesNotContain("| 128 | T1 HAProxy", text, StringComparison.Ordinal);
        Assert.Equal("abc", json.RootElement.GetProperty("commit").GetString());
        Assert.Equal("it was\nnot there", json.RootElement.GetProperty("contenders")[1].GetProperty("not_measured").GetString());
        Assert.Equal(["T0"], json.RootElement.GetProperty("cells").EnumerateArray().Select(cell => cell.GetProperty("id").GetString()));
        Assert.Equal(all, json.RootElement.GetProperty("targets").EnumerateObject().Select(one => one.Name));
        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("targets").GetProperty("P1").GetProperty("met").ValueKind);
    }
}
