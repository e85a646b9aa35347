using Exchange.Adapter.Journal;
using Exchange.Hosting.Connections;
using Exchange.Protocol.Lookups;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Adapter.Asking;

/// <summary>
/// Writes down what this agency asked and what came back, before it is handed on: each attempt for itself, because each
/// stands in the hub's log, and perhaps in the provider's journal, for itself.
/// </summary>
public sealed class AskedJournal(AgencyJournal journal, TimeProvider time)
{
    /// <summary>An answer that was opened.</summary>
    /// <returns>Null when it is written; else why nothing may be handed on.</returns>
    public ValueTask<Refusal?> Write(AskRequest request, string provider, LookupKind kind, AskedQuestion asked, Reply reply, OpenedAnswer opened) =>
        Write(Answered(Sealed(request, provider, kind, asked), reply) with
        {
            Withheld = opened.Answer.Withheld,
            Status = opened.Status,
            AsOfUnixMs = opened.AsOfUnixMs,
            Answer = UnsafeByteOperations.UnsafeWrap(opened.Message),
        });

    /// <summary>An answer that does not open: its receipt and commitment, for whoever has to find out why.</summary>
    public ValueTask<Refusal?> WriteUnopened(AskRequest request, string provider, LookupKind kind, AskedQuestion asked, Reply reply, Reason reason) =>
        Write(Answered(Sealed(request, provider, kind, asked), reply) with { Reason = reason });

    /// <summary>A question that was sealed and got no answer. Without a request id it may never have left, or the hub may have it all the same: its log then has the commitment.</summary>
    public ValueTask<Refusal?> WriteRefused(AskRequest request, string provider, LookupKind kind, AskedQuestion asked, Refusal refusal)
    {
        var entry = Sealed(request, provider, kind, asked) with { Reason = refusal.Reason };
        return Write(refusal.RequestId.IsEmpty ? entry : entry with { RequestId = refusal.RequestId });
    }

    /// <summary>What was refused before anything about the person left.</summary>
    public ValueTask<Refusal?> WriteRefused(AskRequest request, string provider, Refusal refusal) =>
        Write(Begun(request, provider) with { RequestId = refusal.RequestId, Reason = refusal.Reason });

    AskedEntry Begun(AskRequest request, string provider) => new()
    {
        TimeUnixMs = time.GetUtcNow().ToUnixTimeMilliseconds(),
        Counterpart = provider,
        Task = request.Task,
        DataSet = request.DataSet,
        Official = request.Official,
        CaseId = request.CaseId,
        Person = request.Person,
    };

    AskedEntry Sealed(AskRequest request, string provider, LookupKind kind, AskedQuestion asked) => Begun(request, provider) with
    {
        Kind = kind,
        // Of a letter it is known before any hub has it.
        RequestId = kind == LookupKind.Mail && Headers.TryParse(asked.Message.Header, out var header, out _) ? header.RequestId : ByteString.Empty,
        Header = asked.Message.Header,
        Question = UnsafeByteOperations.UnsafeWrap(asked.Question),
        QuestionCommitment = asked.Message.Commitment,
    };

    static AskedEntry Answered(AskedEntry entry, Reply reply) => entry with
    {
        RequestId = reply.Receipt?.RequestId ?? entry.RequestId,
        AnswerCommitment = reply.Answer!.Commitment is { Length: MessageCommitment.Size } commitment ? commitment : ByteString.Empty,
        Receipt = reply.Receipt,
    };

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
