using Exchange.Adapter.Journal;
using Exchange.Hosting.Connections;
using Exchange.Protocol.Lookups;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Adapter.Asking;

/// <summary>Writes down what this agency asked and what came back, before it is handed on.</summary>
public sealed class AskedJournal(AgencyJournal journal, TimeProvider time)
{
    /// <returns>Null when it is written; else why nothing may be handed on.</returns>
    public ValueTask<Refusal?> Write(AskRequest request, string provider, LookupKind kind, AskedQuestion asked, Reply reply, OpenedAnswer opened) => Write(new AskedEntry
    {
        TimeUnixMs = time.GetUtcNow().ToUnixTimeMilliseconds(),
        RequestId = reply.Receipt?.RequestId ?? ByteString.Empty,
        Counterpart = provider,
        Task = request.Task,
        DataSet = request.DataSet,
        Kind = kind,
        Official = request.Official,
        CaseId = request.CaseId,
        Person = request.Person,
        Withheld = opened.Answer.Withheld,
        Status = opened.Status,
        AsOfUnixMs = opened.AsOfUnixMs,
        Header = asked.Message.Header,
        Question = UnsafeByteOperations.UnsafeWrap(asked.Question),
        QuestionCommitment = asked.Message.Commitment,
        Answer = UnsafeByteOperations.UnsafeWrap(opened.Message),
        AnswerCommitment = reply.Answer!.Commitment,
        Receipt = reply.Receipt,
    });

    /// <summary>What was refused, and by whom it was known: an empty request id says that the hub never saw it.</summary>
    public ValueTask<Refusal?> WriteRefused(AskRequest request, string provider, Refusal refusal) => Write(new AskedEntry
    {
        TimeUnixMs = time.GetUtcNow().ToUnixTimeMilliseconds(),
        RequestId = refusal.RequestId,
        Counterpart = provider,
        Task = request.Task,
        DataSet = request.DataSet,
        Official = request.Official,
        CaseId = request.CaseId,
        Person = request.Person,
        Reason = refusal.Reason,
    });

    async ValueTask<Refusal?> Write(AskedEntry entry)
    {
        try
        {
            await journal.Write(entry).ConfigureAwait(false);
            return null;
        }
        catch (JournalUnavailableException unavailable)
        {
            return unavailable.Refusal;
        }
    }
}
