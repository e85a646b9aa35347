using Exchange.V1;

namespace Exchange.Gateway.Lookups;

/// <summary>How a lookup left the hub: a sealed answer with its receipt, or a refusal. Either way its audit entry is durable.</summary>
public readonly record struct LookupOutcome(SealedAnswer? Answer, Receipt? Receipt, Refusal? Refusal)
{
    public static LookupOutcome Released(SealedAnswer answer, Receipt receipt) => new(answer, receipt, null);

    public static LookupOutcome Refused(Refusal refusal) => new(null, null, refusal);
}
