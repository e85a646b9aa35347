using Exchange.Hosting.Storage;
using Exchange.Protocol.Refusals;
using Exchange.V1;

namespace Exchange.Adapter.Journal;

/// <summary>An exchange is not in the journal, so its answer is neither sent nor handed on.</summary>
public sealed class JournalUnavailableException(StoreException cause) : Exception(cause.Message, cause)
{
    public StoreFault Fault => ((StoreException)InnerException!).Fault;

    public Refusal Refusal { get; } = Reasons.Refuse(Reason.JournalUnavailable);
}
