using Exchange.Adapter.Journal;
using Exchange.Protocol.Transparency;
using Exchange.V1;

namespace Exchange.Adapter.Evidence;

/// <summary>
/// Takes the receipts of answers that this agency gave. They come after the answer has left and nobody waits for them: what is lost, here or on
/// the way, shows in the journal as an answer without a receipt.
/// </summary>
public sealed class ReceiptsGiven(AgencyJournal journal, LogAlarms alarms, TimeProvider time)
{
    /// <summary>Receipts that may wait to be written: a hub that sends more must not push answers out of the journal's queue.</summary>
    const int Most = 16_384;

    int queued, telling;

    /// <summary>Called by a connection's reader; never waits.</summary>
    public void Take(IReadOnlyList<Receipt> receipts)
    {
        var good = receipts.Where(one => ReceiptForm.IsReceipt(one, out _)).ToList();
        if (good.Count < receipts.Count && Interlocked.Exchange(ref telling, 1) == 0)
            _ = Task.Run(Tell);
        if (good.Count == 0)
            return;
        if (Interlocked.Add(ref queued, good.Count) > Most)
            Interlocked.Add(ref queued, -good.Count);
        else
            _ = Write(good);
    }

    async Task Write(List<Receipt> receipts)
    {
        try
        {
            await journal.Write(new GivenReceipts(receipts, time.GetUtcNow().ToUnixTimeMilliseconds())).ConfigureAwait(false);
        }
        catch (JournalUnavailableException)
        {
            // Said by the journal's health; the answers stand without a receipt.
        }
        finally
        {
            Interlocked.Add(ref queued, -receipts.Count);
        }
    }

    async Task Tell()
    {
        try
        {
            await alarms.Raise(LogAlarms.NoLog, LogFault.ReceiptMalformed, "a hub gave, as the receipt of an answer of this agency, what is none", "", "").ConfigureAwait(false);
        }
        catch (JournalUnavailableException)
        {
            // Said by the journal's health.
        }
        finally
        {
            Volatile.Write(ref telling, 0);
        }
    }
}
