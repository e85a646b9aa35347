using Exchange.Protocol.Refusals;
using Exchange.V1;

namespace Exchange.Adapter.Protection;

/// <summary>
/// The two-person rule. A caller says itself who its official is, so the second has to come by another caller as well: by another key, in
/// somebody else's hands.
/// </summary>
static class TwoOfficials
{
    public static bool AreOne(string official, string caller, string otherOfficial, string otherCaller) =>
        caller == otherCaller || string.Equals(official, otherOfficial, StringComparison.OrdinalIgnoreCase);

    public static Refusal Refuse()
    {
        var refusal = Reasons.Refuse(Reason.CallerNotPermitted, "One of two officials has spoken already, and this is the same, or comes by the same caller.");
        refusal.Remedy = "The second must be another official, by another caller of callers.yaml.";
        return refusal;
    }
}
