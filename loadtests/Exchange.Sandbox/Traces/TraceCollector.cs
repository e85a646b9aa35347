using System.Collections.Concurrent;
using System.Globalization;
using Exchange.Sandbox.Traces.Otlp;
using Grpc.Core;

namespace Exchange.Sandbox.Traces;

/// <summary>Takes the spans of every process. Only a sandbox may: in the field each agency has its own collector.</summary>
public sealed class TraceCollector : TraceService.TraceServiceBase
{
    /// <summary>Traces kept; the oldest go first.</summary>
    const int MaximumTraces = 2000;

    readonly ConcurrentDictionary<string, ConcurrentBag<CollectedSpan>> traces = new();
    readonly ConcurrentQueue<string> order = new();

    /// <summary>
    /// A trace, and the traces of its lookups under the spans that link to them. What leaves an agency leaves in a trace
    /// of its own, so only who sees every agency's spans can put them together.
    /// </summary>
    public IReadOnlyList<CollectedSpan> Trace(string traceId)
    {
        var whole = new List<CollectedSpan>();
        var left = new Queue<string>([traceId]);
        var asked = new Dictionary<string, string>();
        while (left.TryDequeue(out var next))
        {
            foreach (var span in traces.TryGetValue(next, out var spans) ? spans.ToArray() : [])
            {
                whole.Add(asked.TryGetValue(span.ParentId, out var asking) ? span with { ParentId = asking } : span);
                foreach (var link in span.Links)
                    if (asked.TryAdd(link.SpanId, span.SpanId))
                        left.Enqueue(link.TraceId);
            }
        }
        return whole;
    }

    public IEnumerable<CollectedSpan> All => traces.Values.SelectMany(spans => spans);

    /// <summary>Every trace that no other leads to, each with those of its lookups.</summary>
    public IEnumerable<IReadOnlyList<CollectedSpan>> Whole()
    {
        var beneath = All.SelectMany(span => span.Links).Select(link => link.TraceId).ToHashSet();
        return traces.Keys.Where(trace => !beneath.Contains(trace)).Select(Trace);
    }

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
                    span.Attributes.ToDictionary(one => one.Key, one => Text(one.Value), StringComparer.Ordinal),
                    [.. span.Links.Select(one => (Convert.ToHexStringLower(one.TraceId.Span), Convert.ToHexStringLower(one.SpanId.Span)))]));
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
