using Exchange.Protocol.Encoding;
using Exchange.V1;

namespace Exchange.Adapter.Journal.Sealing;

/// <summary>
/// What a sealed part is bound to: T("xhub/v1/journal", table, time, request id, counterpart, task, data set, kind, both
/// commitments, both indexes, log, index, leaf hash) of its row, the last three empty without a receipt. Put beside another
/// row's columns it does not open.
/// </summary>
static class RowBinding
{
    public static void Write(ref PartsWriter parts, string table, JournalEntry entry, Receipt? receipt, ReadOnlySpan<byte> person, ReadOnlySpan<byte> official)
    {
        parts.Add("xhub/v1/journal"u8);
        parts.Add(table);
        parts.Add(entry.TimeUnixMs);
        parts.Add(entry.RequestId.Span);
        parts.Add(entry.Counterpart);
        parts.Add(entry.Task);
        parts.Add(entry.DataSet);
        parts.Add((long)entry.Kind);
        parts.Add(entry.QuestionCommitment.Span);
        parts.Add(entry.AnswerCommitment.Span);
        parts.Add(person);
        parts.Add(official);
        if (receipt is null)
        {
            parts.Add("");
            parts.Add("");
            parts.Add("");
            return;
        }
        parts.Add(receipt.Log);
        parts.Add(receipt.Index);
        parts.Add(receipt.LeafHash.Span);
    }
}
