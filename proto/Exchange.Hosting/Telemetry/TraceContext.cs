using System.Buffers;
using System.Diagnostics;
using Exchange.Protocol.Lookups;

namespace Exchange.Hosting.Telemetry;

/// <summary>
/// The W3C trace context as the one string that travels with an item: <c>00-trace id-span id-flags</c>, 55 characters
/// (https://www.w3.org/TR/trace-context/, version 00). There is no tracestate and no baggage: neither can be kept free of personal data.
/// </summary>
public static class TraceContext
{
    public const int Length = 55;

    static readonly SearchValues<char> lowerHex = SearchValues.Create("0123456789abcdef");

    /// <summary>Takes only the exact form; anything else is as if nothing had been sent.</summary>
    public static bool TryParse(string? traceparent, out ActivityContext context)
    {
        context = default;
        if (traceparent is not { Length: Length }
            || !traceparent.StartsWith("00-", StringComparison.Ordinal) || traceparent[35] != '-' || traceparent[52] != '-')
            return false;
        var text = traceparent.AsSpan();
        ReadOnlySpan<char> trace = text[3..35], span = text[36..52], flags = text[53..];
        if (!IsLowerHex(trace) || !IsLowerHex(span) || !IsLowerHex(flags) || !trace.ContainsAnyExcept('0') || !span.ContainsAnyExcept('0'))
            return false;
        // Only the first flag means anything in version 00; the others are not passed on.
        var recorded = (HexDigit(flags[1]) & 1) != 0 ? ActivityTraceFlags.Recorded : ActivityTraceFlags.None;
        context = new ActivityContext(ActivityTraceId.CreateFromString(trace), ActivitySpanId.CreateFromString(span), recorded, traceState: null, isRemote: true);
        return true;
    }

    /// <summary>
    /// A span under the one named, or the beginning of a trace when the string is absent or malformed: never under whatever happens to run here,
    /// such as the stream an item came in on. Null when nobody listens.
    /// </summary>
    public static Activity? Start(this ActivitySource source, string name, ActivityKind kind, string? traceparent)
    {
        if (TryParse(traceparent, out var parent))
            return source.StartActivity(name, kind, parent);
        var around = Activity.Current;
        Activity.Current = null;
        var started = source.StartActivity(name, kind);
        if (started is null)
            Activity.Current = around;
        return started;
    }

    /// <summary>
    /// What another body is sent: a trace of its own for each departure, which the span alone links to. Two bodies that
    /// were asked about one person in one job hold nothing in common. Whether it is recorded stays the beginner's choice.
    /// </summary>
    /// <returns>Empty without a span.</returns>
    public static string Depart(Activity? activity)
    {
        if (activity is not { IdFormat: ActivityIdFormat.W3C })
            return "";
        Span<byte> ids = stackalloc byte[24];
        // The usual generator's next ids could be told from its last ones.
        RandomBytes.Fill(ids);
        var departed = new ActivityContext(ActivityTraceId.CreateFromBytes(ids[..16]), ActivitySpanId.CreateFromBytes(ids[16..]), activity.ActivityTraceFlags);
        if (activity.IsAllDataRequested)
            activity.AddLink(new ActivityLink(departed));
        return Write(departed);
    }

    /// <summary>What the next process of the same body is sent; empty without a span.</summary>
    public static string Write(Activity? activity) =>
        activity is { IdFormat: ActivityIdFormat.W3C } ? Write(activity.Context) : "";

    public static string Write(ActivityContext context) => context.TraceId != default && context.SpanId != default
        ? $"00-{context.TraceId.ToHexString()}-{context.SpanId.ToHexString()}-{(context.TraceFlags.HasFlag(ActivityTraceFlags.Recorded) ? "01" : "00")}"
        : "";

    static bool IsLowerHex(ReadOnlySpan<char> text) => !text.ContainsAnyExcept(lowerHex);

    static int HexDigit(char digit) => digit <= '9' ? digit - '0' : digit - 'a' + 10;
}
