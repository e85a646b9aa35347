using System.Diagnostics;
using CsCheck;
using Exchange.Hosting.Telemetry;

namespace Exchange.Hosting.Tests.Telemetry;

public sealed class TraceContextTests
{
    const string Good = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("00-00000000000000000000000000000000-00f067aa0ba902b7-01")]
    [InlineData("00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01")]
    [InlineData("00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01")]
    [InlineData("ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")]
    [InlineData("01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")]
    [InlineData("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-person=123456789012")]
    [InlineData("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0")]
    [InlineData("00_4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7_01")]
    [InlineData("00-4bf92f3577b34da6a3ce929d0e0e473\u0660-00f067aa0ba902b7-01")]
    [InlineData("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-zz")]
    public void A_forged_value_is_as_if_nothing_had_been_sent(string? forged)
    {
        Assert.False(TraceContext.TryParse(forged, out var context));
        Assert.Equal(default, context);
    }

    [Fact]
    public void Any_other_character_or_length_is_refused()
    {
        Gen.Select(Gen.Int[0, Good.Length - 1], Gen.Char).Sample((at, with) =>
        {
            var changed = Good[..at] + with + Good[(at + 1)..];
            var still = TraceContext.TryParse(changed, out var context);
            return !still || (char.IsAsciiHexDigitLower(with) || with == '-') && TraceContext.Write(context)[..53] == changed[..53];
        });
        Assert.False(TraceContext.TryParse(new string('0', 1_000_000), out _));
    }

    [Fact]
    public void What_is_written_is_what_was_read_without_unknown_flags()
    {
        Assert.True(TraceContext.TryParse(Good, out var context));
        Assert.True(context.IsRemote);
        Assert.Null(context.TraceState);
        Assert.Equal(Good, TraceContext.Write(context));

        Assert.True(TraceContext.TryParse(Good[..53] + "fe", out var unsampled));
        Assert.Equal(Good[..53] + "00", TraceContext.Write(unsampled));
        Assert.Equal("", TraceContext.Write((Activity?)null));
    }

    [Fact]
    public void An_item_without_context_begins_a_trace_of_its_own_rather_than_joining_the_stream_it_came_on()
    {
        using var source = new ActivitySource(nameof(TraceContextTests));
        using var listener = new ActivityListener { ShouldListenTo = s => s == source, Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData };
        ActivitySource.AddActivityListener(listener);
        using var stream = source.StartActivity("stream")!;

        using (var item = source.Start("item", ActivityKind.Server, "forged"))
        {
            Assert.NotEqual(stream.TraceId, item!.TraceId);
            Assert.Equal(default, item.ParentSpanId);
        }
        using var child = source.Start("item", ActivityKind.Server, Good);
        Assert.Equal(Good[3..35], child!.TraceId.ToHexString());
        Assert.Equal(Good[36..52], child.ParentSpanId.ToHexString());
    }

    [Fact]
    public void What_leaves_has_a_trace_of_its_own_each_time_that_only_the_span_links_to()
    {
        using var source = new ActivitySource(nameof(TraceContextTests));
        using var listener = new ActivityListener { ShouldListenTo = s => s == source, Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded };
        ActivitySource.AddActivityListener(listener);
        using var ask = source.StartActivity("ask")!;

        string[] sent = [TraceContext.Depart(ask), TraceContext.Depart(ask)];

        Assert.All(sent, one => Assert.True(TraceContext.TryParse(one, out _)));
        Assert.All(sent, one => Assert.EndsWith("-01", one, StringComparison.Ordinal));
        Assert.Equal(6, sent.Append(TraceContext.Write(ask)).SelectMany(one => one.Split('-')[1..3]).Distinct().Count());
        Assert.Equal(sent, ask.Links.Select(link => TraceContext.Write(link.Context)));
        Assert.Equal("", TraceContext.Depart(null));
    }

    [Fact]
    public void A_trace_that_is_not_recorded_leaves_as_one_that_is_not()
    {
        using var source = new ActivitySource(nameof(TraceContextTests));
        using var listener = new ActivityListener { ShouldListenTo = s => s == source, Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.PropagationData };
        ActivitySource.AddActivityListener(listener);
        using var ask = source.StartActivity("ask")!;

        Assert.EndsWith("-00", TraceContext.Depart(ask), StringComparison.Ordinal);
        Assert.Empty(ask.Links);
    }

    [Fact]
    public void The_propagator_reads_a_traceparent_alone_and_sends_nothing()
    {
        var propagator = new TraceparentPropagator();
        var headers = new Dictionary<string, string>
        {
            ["traceparent"] = Good,
            ["tracestate"] = "person=123456789012",
            ["baggage"] = "person=123456789012",
            ["Correlation-Context"] = "person=123456789012",
        };
        void Get(object? _, string name, out string? value, out IEnumerable<string>? values)
        {
            values = null;
            headers.TryGetValue(name, out value);
        }

        propagator.ExtractTraceIdAndState(null, Get, out var trace, out var state);
        Assert.Equal((Good, null), (trace, state));
        Assert.Null(propagator.ExtractBaggage(null, Get));

        using var activity = new Activity("ask").SetIdFormat(ActivityIdFormat.W3C).AddBaggage("person", "123456789012");
        activity.TraceStateString = "person=123456789012";
        activity.Start();
        var sent = new Dictionary<string, string>();
        propagator.Inject(activity, null, (_, name, value) => sent[name] = value);
        Assert.Empty(sent);

        headers["traceparent"] = Good + "-more";
        propagator.ExtractTraceIdAndState(null, Get, out trace, out _);
        Assert.Null(trace);
    }
}
