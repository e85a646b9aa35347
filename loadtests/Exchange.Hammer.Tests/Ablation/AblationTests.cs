using Exchange.Hammer.Ablation;
using Exchange.Hammer.Tests.Parties;
using Exchange.Sandbox.Traces.Otlp;
using Google.Protobuf;

namespace Exchange.Hammer.Tests.Ablation;

[Collection(OwnExchange.OneAtATime)]
public sealed class AblationTests : IDisposable
{
    readonly string state = Directory.CreateTempSubdirectory("exchange-ablation-").FullName;

    public void Dispose() => Directory.Delete(state, recursive: true);

    /// <summary>Real processes, in a run too short for any figure to mean anything.</summary>
    [Fact]
    public async Task Every_rung_is_measured_but_for_the_one_that_has_no_memory_disk_and_spans_reach_the_sink()
    {
        var plan = new AblationPlan(3, TimeSpan.FromMilliseconds(500), TimeSpan.FromMilliseconds(500), [8], 100, "/not/there");
        var progress = new Heard();
        await using var ladder = new Ladder(plan, state, progress);
        await ladder.Start(default);

        var figures = await new AblationMeasurer(plan, ladder, progress).Run(Soak.Sample.Machine("abc"), default);

        Assert.Equal("there is no folder /not/there", Assert.Single(figures.NotMeasured).Value);
        Assert.Equal(Rungs.All.Where(id => id != Rungs.Memory), figures.Cells.Select(cell => cell.Rung));
        Assert.All(figures.Cells, cell => Assert.True(cell is { PerSecond.Min: > 0, Generator.Median: > 0, Middle.Median: > 0, Provider.Median: > 0, Rounds.Count: 3 }, cell.ToString()));
        // In whose round they come depends on how long the exporters wait.
        Assert.True(ladder.Sink is { Spans: > 0, Bytes: > 0 });
        Assert.NotNull(figures.Shortcoming);
    }

    [Fact]
    public void The_sink_counts_the_spans_of_every_process_and_scope()
    {
        static ScopeSpans Scope(int spans) => new() { Spans = { Enumerable.Range(0, spans).Select(one => new Span { Name = "span", StartTimeUnixNano = (ulong)one }) } };
        var export = new ExportTraceServiceRequest { ResourceSpans = { new ResourceSpans { ScopeSpans = { Scope(2), Scope(0), Scope(3) } }, new ResourceSpans(), new ResourceSpans { ScopeSpans = { Scope(4) } } } };

        Assert.Equal(9, SpanSink.Count(export.ToByteArray()));
        Assert.Equal(0, SpanSink.Count([]));
    }
}
