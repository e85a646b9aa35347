using Exchange.Protocol.Transparency;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Adapter.Evidence;

/// <summary>Receipts held against one checkpoint: proven, contradicted, or neither, since the tiles do not fit the checkpoint.</summary>
/// <param name="tree">Of the checkpoint's size.</param>
sealed class InclusionBatch(Checkpoint checkpoint, TileTree tree, ShownEntries entries)
{
    /// <summary>The entry of a lookup has a tenth of this. A larger one is judged, and not kept.</summary>
    const int LargestKept = 8 * 1024;

    public List<ReceiptProof> Proofs { get; } = [];

    public List<ReceiptProof> Contradicted { get; } = [];

    /// <summary>What is wrong with the first one that is contradicted; null when none is.</summary>
    public string? Says { get; private set; }

    /// <returns>The first thing that kept a receipt from being judged; null when all were.</returns>
    /// <exception cref="LogTroubleException">LogUnreachable: the rest is of no use.</exception>
    public async Task<LogTroubleException?> Run(IReadOnlyList<WaitingReceipt> receipts, CancellationToken cancelled)
    {
        LogTroubleException? first = null;
        foreach (var receipt in receipts)
        {
            try
            {
                await Judge(receipt, cancelled).ConfigureAwait(false);
            }
            catch (LogTroubleException e) when (e.Fault != LogFault.LogUnreachable)
            {
                // One tile may be wrong; the others still prove what is theirs.
                first ??= e;
            }
        }
        return first;
    }

    async Task Judge(WaitingReceipt receipt, CancellationToken cancelled)
    {
        var path = await tree.Inclusion(receipt.Index, cancelled).ConfigureAwait(false);
        var way = path.SelectMany(hash => hash).ToArray();
        var isThere = IsThere(receipt, receipt.LeafHash, path);
        // Contradicted only by what itself leads to the root.
        var leafHash = isThere ? receipt.LeafHash : await tree.Leaf(receipt.Index, cancelled).ConfigureAwait(false);
        if (!isThere && !IsThere(receipt, leafHash, path))
            throw new LogTroubleException(LogFault.RootDiffers, $"the hashes that {checkpoint.Origin} shows do not lead from entry {receipt.Index} to the root that it has signed");

        var entry = await Entry(receipt.Index, leafHash, isThere, cancelled).ConfigureAwait(false);
        var kept = entry is { Length: <= LargestKept } ? entry : null;
        if (!isThere)
            Contradict(new ReceiptProof(receipt.Id, way, kept, leafHash), receipt, $"another one than the receipt of request {Hex(receipt)} says");
        else if (entry is not null && !IsOf(entry, receipt.RequestId))
            Contradict(new ReceiptProof(receipt.Id, way, kept), receipt, $"not of request {Hex(receipt)}, whose receipt names it");
        else
            Proofs.Add(new ReceiptProof(receipt.Id, way, kept));
    }

    /// <returns>Null where hashes alone are shown.</returns>
    /// <exception cref="LogTroubleException">What is shown is not what was hashed, and it is needed.</exception>
    async ValueTask<byte[]?> Entry(ulong index, byte[] leafHash, bool isNeeded, CancellationToken cancelled)
    {
        try
        {
            if (await entries.Read(index, cancelled).ConfigureAwait(false) is not { } entry)
                return null;
            return TreeHash.Leaf(entry).AsSpan().SequenceEqual(leafHash) ? entry
                : throw new LogTroubleException(LogFault.EntryChanged, $"the entry {index} that {checkpoint.Origin} shows is not the one that it has signed");
        }
        catch (LogTroubleException) when (!isNeeded)
        {
            // That there is another hash contradicts enough.
            return null;
        }
    }

    void Contradict(ReceiptProof proof, WaitingReceipt receipt, string how)
    {
        Contradicted.Add(proof);
        Says ??= $"entry {receipt.Index} of {checkpoint.Origin} is {how}";
    }

    static string Hex(WaitingReceipt receipt) => Convert.ToHexStringLower(receipt.RequestId);

    static bool IsOf(byte[] entry, byte[] requestId)
    {
        try
        {
            return AuditEntry.Parser.ParseFrom(entry).Lookup is { } lookup && lookup.RequestId.Span.SequenceEqual(requestId);
        }
        catch (InvalidProtocolBufferException)
        {
            return false;
        }
    }

    bool IsThere(WaitingReceipt receipt, byte[] leafHash, IReadOnlyList<byte[]> path) =>
        TreeProof.Includes(checkpoint.Size, checkpoint.Root, receipt.Index, leafHash, path);
}
