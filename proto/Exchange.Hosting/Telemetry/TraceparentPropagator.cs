using System.Diagnostics;

namespace Exchange.Hosting.Telemetry;

/// <summary>What the web server reads from requests and HTTP clients add to them: a well-formed traceparent, and nothing else.</summary>
public sealed class TraceparentPropagator : DistributedContextPropagator
{
    const string Header = "traceparent";

    public override IReadOnlyCollection<string> Fields { get; } = [Header];

    public override void Inject(Activity? activity, object? carrier, PropagatorSetterCallback? setter)
    {
        if (setter is not null && TraceContext.Write(activity) is { Length: > 0 } traceparent)
            setter(carrier, Header, traceparent);
    }

    public override void ExtractTraceIdAndState(object? carrier, PropagatorGetterCallback? getter, out string? traceId, out string? traceState)
    {
        traceId = traceState = null;
        if (getter is null)
            return;
        getter(carrier, Header, out var value, out var values);
        value ??= values is null ? null : string.Join(',', values);
        if (TraceContext.TryParse(value, out _))
            traceId = value;
    }

    public override IEnumerable<KeyValuePair<string, string?>>? ExtractBaggage(object? carrier, PropagatorGetterCallback? getter) => null;
}
