using Exchange.Hosting.Storage;
using Exchange.Protocol.Refusals;
using Exchange.V1;

namespace Exchange.Gateway.Audit;

/// <summary>An entry is not durable, so what it stands for must not be released.</summary>
public sealed class AuditUnavailableException(StoreException cause) : Exception(cause.Message, cause)
{
    public StoreFault Fault => ((StoreException)InnerException!).Fault;

    /// <summary>What the requester is told; the cause is the operator's.</summary>
    public Refusal Refusal { get; } = Reasons.Refuse(Reason.AuditUnavailable);
}
