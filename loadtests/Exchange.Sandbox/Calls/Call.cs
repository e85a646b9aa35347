using Agency.V1;

namespace Exchange.Sandbox.Calls;

/// <summary>One call of the JSON API and what came of it: an answer or a problem.</summary>
/// <param name="Took">As the caller saw it, HTTP and TLS included.</param>
sealed record Call(LookupRequest Request, LookupResponse? Answer, Problem? Problem, TimeSpan Took, string TraceId)
{
    /// <summary>Hexadecimal; empty when the hub has not seen it.</summary>
    public string RequestId => Answer?.Receipt?.RequestId ?? Problem?.RequestId ?? "";

    /// <summary>What the adapter measured, from the question to the opened answer.</summary>
    public TimeSpan Travelled => Answer?.Journey.Took.ToTimeSpan() ?? TimeSpan.Zero;
}

/// <summary>Problem details of RFC 9457, as the local API gives them.</summary>
sealed record Problem(int Status, string Reason, string Detail, string Remedy, string RequestId);
