using Exchange.Protocol.Transparency;

namespace Exchange.Adapter.Evidence;

/// <summary>Receipts held against one checkpoint: proven, contradicted, or neither, since the tiles do not fit the checkpoint.</summary>
/// <param name="tree">Of the checkpoint's size.</param>
sealed class InclusionBatch(Checkpoint checkpoint, TileTree tree)
{
    public List<ReceiptProof> Proofs { get; } = [];

    public List<WaitingReceipt> Contradicted { get; } = [];

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
        if (IsThere(receipt, receipt.LeafHash, path))
        {
            Proofs.Add(new ReceiptProof(receipt.Id, [.. path.SelectMany(hash => hash)]));
            return;
        }
        // Contradicted only by what itself leads to the root.
        if (!IsThere(receipt, await tree.Leaf(receipt.Index, cancelled).ConfigureAwait(false), path))
            throw new LogTroubleException(LogFault.RootDiffers, $"the hashes that {checkpoint.Origin} shows do not lead from entry {receipt.Index} to the root that it has signed");
        Contradicted.Add(receipt);
    }

    bool IsThere(WaitingReceipt receipt, byte[] leafHash, IReadOnlyList<byte[]> path) =>
        TreeProof.Includes(checkpoint.Size, checkpoint.Root, receipt.Index, leafHash, path);
}
