using Exchange.Protocol.Transparency;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Adapter.Evidence;

/// <summary>What is taken from a hub as a receipt and as a request id. Anything else may be of any length, and is not kept.</summary>
static class ReceiptForm
{
    const int RequestIdLength = 16;

    public static bool IsReceipt(Receipt receipt) =>
        IsRequestId(receipt.RequestId) && receipt.LeafHash.Length == TreeHash.Length && NoteKey.IsName(receipt.Log);

    /// <summary>With its request id, or with none when that is no request id.</summary>
    public static Refusal Take(Refusal refusal) =>
        refusal.RequestId.IsEmpty || IsRequestId(refusal.RequestId) ? refusal : new Refusal(refusal) { RequestId = ByteString.Empty };

    static bool IsRequestId(ByteString id) => id.Length == RequestIdLength;
}
