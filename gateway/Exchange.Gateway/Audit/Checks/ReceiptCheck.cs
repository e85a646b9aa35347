using Exchange.Gateway.Audit.Reading;
using Exchange.Protocol.Transparency;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Gateway.Audit.Checks;

/// <summary>
/// Whether the log bears a receipt out: it is of this log, its entry is in the tree that was signed, under its number, with
/// its leaf hash and its request id.
/// </summary>
sealed class ReceiptCheck(LogReader reader, Checkpoint checkpoint, Findings findings)
{
    readonly TileTree tree = new(checkpoint.Size, reader.Hashes);

    public async Task Run(GivenReceipt receipt, CancellationToken cancelled)
    {
        if (receipt.Log != checkpoint.Origin)
        {
            Bad(receipt, LogFault.ReceiptLog, $"the receipt is of the log '{receipt.Log}', and this is '{checkpoint.Origin}'");
            return;
        }
        if (receipt.Index >= checkpoint.Size)
        {
            Bad(receipt, LogFault.ReceiptIndex, $"the checkpoint reaches to entry {checkpoint.Size - 1}, and the receipt says {receipt.Index}; it is forged unless it is younger than the checkpoint");
            return;
        }
        try
        {
            await Prove(receipt, cancelled).ConfigureAwait(false);
        }
        catch (TileMissingException e)
        {
            Bad(receipt, LogFault.NotIncluded, $"nothing can be proven: {e.Message}");
        }
    }

    async Task Prove(GivenReceipt receipt, CancellationToken cancelled)
    {
        var tile = await reader.Leaves(Tile.Of(0, receipt.Index, checkpoint.Size), cancelled).ConfigureAwait(false);
        var (entry, hash) = tile.Leaves[receipt.Index % Tile.FullWidth];
        if (hash is null)
            throw new TileMissingException(tile.Tile, $"the leaf hash of entry {receipt.Index} is missing");
        var path = await tree.Inclusion(receipt.Index, cancelled).ConfigureAwait(false);
        if (!TreeProof.Includes(checkpoint.Size, checkpoint.Root, receipt.Index, hash, path))
        {
            Bad(receipt, LogFault.NotIncluded, $"the tree does not lead from entry {receipt.Index} to the root of the checkpoint");
            return;
        }
        // From here on hash is what the checkpoint was signed over.
        if (entry is not null && !TreeHash.Leaf(entry).AsSpan().SequenceEqual(hash))
        {
            Bad(receipt, LogFault.EntryChanged, $"entry {receipt.Index} was changed: the tree has the hash of another one");
            return;
        }
        var id = entry is null ? null : RequestId(entry);
        var isHash = hash.AsSpan().SequenceEqual(receipt.LeafHash);
        var isId = id is not null && id.AsSpan().SequenceEqual(receipt.RequestId);
        if (!isHash && (isId || entry is null))
            Bad(receipt, LogFault.ReceiptLeafHash, $"entry {receipt.Index} has the leaf hash {Convert.ToHexStringLower(hash)}, and the receipt another one{(entry is null ? "; its number may be wrong as well, which only the entries show" : "")}");
        else if (!isHash)
            Bad(receipt, LogFault.ReceiptIndex, $"entry {receipt.Index} is of another request: it has the request id {Shown(id)}");
        else if (entry is not null && !isId)
            Bad(receipt, LogFault.ReceiptRequestId, $"entry {receipt.Index} is the receipt's and has the request id {Shown(id)}");
        else if (entry is null)
        {
            findings.Good(Name(receipt), $"entry {receipt.Index} with this leaf hash is in the log");
            findings.NotChecked(Name(receipt), "its request id: entries are not shown here; only they say which request it was");
        }
        else
            findings.Good(Name(receipt), $"entry {receipt.Index}, of this request id, is in the log");
    }

    void Bad(GivenReceipt receipt, LogFault fault, string says) => findings.Bad(Name(receipt), fault, receipt.ToString(), says);

    static string Name(GivenReceipt receipt) => $"receipt {receipt.Index}";

    static string Shown(byte[]? id) => id is { Length: > 0 } ? Convert.ToHexStringLower(id) : "of none";

    /// <summary>Empty when it is of no lookup.</summary>
    static byte[] RequestId(byte[] entry)
    {
        try
        {
            return AuditEntry.Parser.ParseFrom(entry).Lookup?.RequestId.ToByteArray() ?? [];
        }
        catch (InvalidProtocolBufferException)
        {
            return [];
        }
    }
}
