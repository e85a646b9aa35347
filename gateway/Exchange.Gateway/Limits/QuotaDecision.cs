using Exchange.Protocol.Refusals;
using Exchange.V1;

namespace Exchange.Gateway.Limits;

/// <param name="RetryAfter">When refused: after this time the same would be admitted, in whole milliseconds; zero when it never would, being more than a full burst.</param>
public readonly record struct QuotaDecision(bool IsAdmitted, TimeSpan RetryAfter)
{
    public static QuotaDecision Admitted => new(true, TimeSpan.Zero);

    internal static QuotaDecision Refused(long ticks) =>
        new(false, ticks == Gcra.Never ? TimeSpan.Zero : TimeSpan.FromMilliseconds(Math.Min(ticks / TimeSpan.TicksPerMillisecond + 1, uint.MaxValue)));

    /// <exception cref="InvalidOperationException">When admitted.</exception>
    public Refusal ToRefusal() => IsAdmitted
        ? throw new InvalidOperationException("What was admitted is not a refusal.")
        : Reasons.Refuse(Reason.QuotaExceeded, RetryAfter == TimeSpan.Zero ? "This is more at once than the quota ever admits." : null, RetryAfter);
}
