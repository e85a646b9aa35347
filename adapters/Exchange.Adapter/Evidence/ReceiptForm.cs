using System.Diagnostics.CodeAnalysis;
using Exchange.Protocol.Transparency;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Adapter.Evidence;

/// <summary>What is taken from a hub as a receipt and as a request id. Anything else may be of any length, and is not kept.</summary>
static class ReceiptForm
{
    const int RequestIdLength = 16;

    /// <summary>The entry of a lookup has a tenth of this.</summary>
    const int LargestEntry = 8 * 1024;

    /// <summary>A receipt of an exchange: it has the entry that its leaf hash is of, which is that of its request.</summary>
    /// <param name="entry">What the hub wrote of the exchange.</param>
    public static bool IsReceipt(Receipt receipt, [NotNullWhen(true)] out LookupEvent? entry)
    {
        entry = null;
        if (!IsRequestId(receipt.RequestId) || receipt.LeafHash.Length != TreeHash.Length || receipt.Entry.Length is 0 or > LargestEntry || !NoteKey.IsName(receipt.Log))
            return false;
        Span<byte> leafHash = stackalloc byte[TreeHash.Length];
        TreeHash.Leaf(receipt.Entry.Span, leafHash);
        return receipt.LeafHash.Span.SequenceEqual(leafHash) && (entry = Parse(receipt.Entry)) is not null && entry.RequestId == receipt.RequestId;
    }

    /// <summary>With its request id, or with none when that is no request id.</summary>
    public static Refusal Take(Refusal refusal) =>
        refusal.RequestId.IsEmpty || IsRequestId(refusal.RequestId) ? refusal : new Refusal(refusal) { RequestId = ByteString.Empty };

    static bool IsRequestId(ByteString id) => id.Length == RequestIdLength;

    static LookupEvent? Parse(ByteString entry)
    {
        try
        {
            return AuditEntry.Parser.ParseFrom(entry).Lookup;
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }
}
