using Exchange.Adapter.Journal;
using Exchange.Hosting.Connections;
using Exchange.Protocol.Transparency;

namespace Exchange.Adapter.Evidence;

/// <summary>Takes the receipts of answers that this agency got, before anything of a reply is kept or handed on.</summary>
public sealed class ReceiptsGot(LogAlarms alarms)
{
    /// <returns>The reply with a receipt in its form or none, and a request id in its form or none. An answer without a receipt is an answer, and an alarm.</returns>
    public async ValueTask<Reply> Take(Reply reply)
    {
        if (reply.Refusal is { } refusal)
            return reply with { Refusal = ReceiptForm.Take(refusal), Receipt = null };
        if (reply.Answer is null || reply.Receipt is { } receipt && ReceiptForm.IsReceipt(receipt))
            return reply;
        try
        {
            await alarms.Raise(LogAlarms.NoLog, LogFault.ReceiptMalformed,
                reply.Receipt is null ? "a hub gave an answer and no receipt" : "a hub gave an answer and, as its receipt, what is none", "", "").ConfigureAwait(false);
        }
        catch (JournalUnavailableException)
        {
            // Then the answer is not journalled either, and not handed on.
        }
        return reply with { Receipt = null };
    }
}
