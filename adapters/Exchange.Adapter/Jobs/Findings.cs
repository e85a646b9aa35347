using Agency.V1;
using Exchange.Protocol.Refusals;
using Exchange.V1;

namespace Exchange.Adapter.Jobs;

/// <summary>Makes what a person has to look at.</summary>
public static class Findings
{
    public static Finding Of(string code, string message, string provider = "", long retryAfterMs = 0) =>
        new() { Code = code, Message = message, Provider = provider, RetryAfterMs = retryAfterMs };

    /// <param name="provider">As it was asked for; a refusal that is about this agency's own register names nobody.</param>
    public static Finding Of(Refusal refusal, string provider) =>
        Of(Reasons.Name(refusal.Reason), $"{refusal.Message} {refusal.Remedy}", IsOwn(refusal.Reason) ? "" : provider, refusal.RetryAfterMs);

    /// <summary>The same said twice, as of somebody unknown who was asked about twice, is said once.</summary>
    public static IEnumerable<Finding> Once(IEnumerable<Finding> findings) => findings.DistinctBy(one => (one.Code, one.Provider, one.Message));

    static bool IsOwn(Reason reason) => reason is Reason.PersonUnknown or Reason.PersonQuarantined or Reason.ResidenceAbroad or Reason.ResidenceUnknown;
}
