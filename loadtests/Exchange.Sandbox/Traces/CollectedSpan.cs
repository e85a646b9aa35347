namespace Exchange.Sandbox.Traces;

/// <summary>One span of any process of the sandbox.</summary>
/// <param name="Links">To the traces in which its questions left.</param>
public sealed record CollectedSpan(
    string TraceId, string SpanId, string ParentId, string Service, string Name, ulong StartNano, ulong EndNano, IReadOnlyDictionary<string, string> Tags,
    IReadOnlyList<(string TraceId, string SpanId)> Links)
{
    public TimeSpan Took => TimeSpan.FromTicks((long)((EndNano - StartNano) / 100));

    /// <summary>Of a caller that exports nothing itself: the root of its trace.</summary>
    public static CollectedSpan Root(string traceId, string spanId, string service, string name, DateTimeOffset begin, TimeSpan took)
    {
        var from = (ulong)(begin - DateTimeOffset.UnixEpoch).Ticks * 100;
        return new CollectedSpan(traceId, spanId, "", service, name, from, from + (ulong)took.Ticks * 100, new Dictionary<string, string>(), []);
    }
}
