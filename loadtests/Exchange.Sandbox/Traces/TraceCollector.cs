using System.Collections.Concurrent;
using System.Globalization;
using Exchange.Sandbox.Traces.Otlp;
using Grpc.Core;

namespace Exchange.Sandbox.Traces;

/// <summary>One span of any process of the sandbox.</summary>
public sealed record CollectedSpan(
    string TraceId, string SpanId, string ParentId, string Service, string Name, ulong StartNano, ulong EndNano, IReadOnlyDictionary<string, string> Tags)
{
    public TimeSpan Took => TimeSpan.FromTicks((long)((EndNano - StartNano) / 100));

    /// <summary>Of a caller that exports nothing itself: the root of its trace.</summary>
    public static CollectedSpan Root(string traceId, string spanId, string service, string name, DateTimeOffset begin, TimeSpan took)
    {
        var from = (ulong)(begin - DateTimeOffset.UnixEpoch).Ticks * 100;
        return new CollectedSpan(traceId, spanId, "", service, name, from, from + (ulong)took.Ticks * 100, new Dictionary<string, string>());
    }
}

/// <summary>Takes the spans of every process. Only a sandbox may: in the field each agency has its own collector.</summary>
public sealed class TraceCollector : TraceService.TraceServiceBase
{
    /// <summary>Traces kept; the oldest go first.</summary>
    const int MaximumTraces = 2000;

    readonly ConcurrentDictionary<string, ConcurrentBag<CollectedSpan>> traces = new();
    readonly ConcurrentQueue<string> order = new();

    public IReadOnlyList<CollectedSpan> Trace(string traceId) => traces.TryGetValue(traceId, out var spans) ? [.. spans] : [];

    public IEnumerable<CollectedSpan> All => traces.Values.SelectMany(spans => spans);

    public void Add(CollectedSpan span)
    {
        traces.GetOrAdd(span.TraceId, one =>
        {
            order.Enqueue(one);
            return [];
        }).Add(span);
        while (traces.Count > MaximumTraces && order.TryDequeue(out var oldest))
            traces.TryRemove(oldest, out _);
    }

    public override Task<ExportTraceServiceResponse> Export(ExportTraceServiceRequest request, ServerCallContext context)
    {
        foreach (var resource in request.ResourceSpans)
        {
            var service = resource.Resource?.Attributes.FirstOrDefault(one => one.Key == "service.name")?.Value.StringValue ?? "?";
            foreach (var span in resource.ScopeSpans.SelectMany(scope => scope.Spans))
                Add(new CollectedSpan(
                    Convert.ToHexStringLower(span.TraceId.Span), Convert.ToHexStringLower(span.SpanId.Span), Convert.ToHexStringLower(span.ParentSpanId.Span),
                    service, span.Name, span.StartTimeUnixNano, span.EndTimeUnixNano,
                    span.Attributes.ToDictionary(one => one.Key, one => Text(one.Value), StringComparer.Ordinal)));
        }
        return Task.FromResult(new ExportTraceServiceResponse());
    }

    static string Text(AnyValue value) => value.ValueCase switch
    {
        AnyValue.ValueOneofCase.StringValue => value.StringValue,
        AnyValue.ValueOneofCase.BoolValue => value.BoolValue ? "true" : "false",
        AnyValue.ValueOneofCase.IntValue => value.IntValue.ToString(CultureInfo.InvariantCulture),
        AnyValue.ValueOneofCase.DoubleValue => value.DoubleValue.ToString("0.#", CultureInfo.InvariantCulture),
        _ => "",
    };
}
