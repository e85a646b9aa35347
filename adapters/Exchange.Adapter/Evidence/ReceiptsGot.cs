using Exchange.Adapter.Journal;
using Exchange.Hosting.Connections;
using Exchange.Protocol.Transparency;
using Google.Protobuf;

namespace Exchange.Adapter.Evidence;

/// <summary>
/// Takes the receipts of answers that this agency got, before anything of a reply is kept or handed on: each has the hub's entry, which must have
/// the commitments of this very question and answer.
/// </summary>
public sealed class ReceiptsGot(LogAlarms alarms)
{
    /// <param name="question">The commitment of what was asked.</param>
    /// <returns>The reply with a receipt in its form or none, and a request id in its form or none. An answer without a receipt is an answer, and an alarm.</returns>
    public async ValueTask<Reply> Take(Reply reply, ByteString question)
    {
        if (reply.Refusal is { } refusal)
            return reply with { Refusal = ReceiptForm.Take(refusal), Receipt = null };
        if (reply.Answer is not { } answer)
            return reply;
        if (reply.Receipt is { } receipt && ReceiptForm.IsReceipt(receipt, out var entry) && entry.QuestionCommitment == question && entry.AnswerCommitment == answer.Commitment)
            return reply;
        try
        {
            await alarms.Raise(LogAlarms.NoLog, LogFault.ReceiptMalformed,
                reply.Receipt is null ? "a hub gave an answer and no receipt" : "a hub gave an answer and, as its receipt, what is none of it", "", "").ConfigureAwait(false);
        }
        catch (JournalUnavailableException)
        {
            // Then the answer is not journalled either, and not handed on.
        }
        return reply with { Receipt = null };
    }
}
