using Exchange.V1;

namespace Exchange.Hosting.Connections;

/// <summary>How an asked item ended: exactly one of answer, confirmation and refusal is set.</summary>
/// <param name="NeverSent">The other side cannot have seen the item, so it may be sent again as it is.</param>
public readonly record struct Reply(SealedAnswer? Answer, Receipt? Receipt, SessionConfirmation? Confirmation, Refusal? Refusal, bool NeverSent = false)
{
    public static Reply Of(SealedAnswer answer, Receipt? receipt) => new(answer, receipt, null, null);

    public static Reply Of(SessionConfirmation confirmation) => new(null, null, confirmation, null);

    public static Reply Of(Refusal refusal) => new(null, null, null, refusal);
}
