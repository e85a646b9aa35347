using System.Diagnostics;

namespace Exchange.Hosting.Telemetry;

/// <summary>
/// What the web server reads from requests: a well-formed traceparent, and nothing else. HTTP clients add nothing to theirs:
/// what leaves a body leaves in a trace of its own (<see cref="TraceContext.Depart"/>).
/// </summary>
public sealed class TraceparentPropagator : DistributedContextPropagator
{
    const string Header = "traceparent";

    public override IReadOnlyCollection<string> Fields { get; } = [Header];

    public override void Inject(Activity? activity, object? carrier, PropagatorSetterCallback? setter)
    {
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
