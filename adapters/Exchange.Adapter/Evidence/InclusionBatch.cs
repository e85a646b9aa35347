using Exchange.Protocol.Transparency;

namespace Exchange.Adapter.Evidence;

/// <summary>Receipts held against one checkpoint: proven, contradicted, or neither, since the tiles do not fit the checkpoint.</summary>
/// <param name="tree">Of the checkpoint's size; it remembers, so that what was seen to lead to the root is what is used.</param>
sealed class InclusionBatch(Checkpoint checkpoint, TileTree tree)
{
    /// <summary>Tiles of leaves of which one leaf was seen to lead to the root. All others of the tile are beside its way: so they do too.</summary>
    readonly HashSet<ulong> seen = [];

    readonly List<TileProof> proofs = [];
    TileProof.Builder? proof;

    /// <summary>By tile; once everything is judged.</summary>
    public IReadOnlyList<TileProof> Proofs => proof is null ? proofs : [.. proofs, proof.Build()];

    public List<Contradiction> Contradicted { get; } = [];

    /// <summary>What is wrong with the first one that is contradicted; null when none is.</summary>
    public string? Says { get; private set; }

    /// <returns>The first thing that kept a receipt from being judged; null when all were.</returns>
    /// <exception cref="LogTroubleException">LogUnreachable: the rest is of no use.</exception>
    public async Task<LogTroubleException?> Run(IReadOnlyList<WaitingReceipt> receipts, CancellationToken cancelled)
    {
        LogTroubleException? first = null;
        // One tile after the other.
        foreach (var receipt in receipts.OrderBy(one => one.Index))
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
        var leafHash = await tree.Leaf(receipt.Index, cancelled).ConfigureAwait(false);
        if (!LeadsToRoot(receipt.Index, leafHash, path))
            throw new LogTroubleException(LogFault.RootDiffers, $"the hashes that {checkpoint.Origin} shows do not lead from entry {receipt.Index} to the root that it has signed");
        if (leafHash.AsSpan().SequenceEqual(receipt.LeafHash))
        {
            Keep(receipt, path);
            return;
        }
        Contradicted.Add(new Contradiction(receipt.Id, [.. path.SelectMany(hash => hash)], leafHash));
        Says ??= $"entry {receipt.Index} of {checkpoint.Origin} is another one than the receipt of request {Convert.ToHexStringLower(receipt.RequestId)} says";
    }

    void Keep(WaitingReceipt receipt, IReadOnlyList<byte[]> path)
    {
        var tile = TileProof.TileOf(receipt.Index);
        if (proof?.Tile != tile)
        {
            if (proof is not null)
                proofs.Add(proof.Build());
            proof = new TileProof.Builder(tile);
        }
        proof.Add(receipt, path);
    }

    bool LeadsToRoot(ulong index, byte[] leafHash, IReadOnlyList<byte[]> path)
    {
        var tile = TileProof.TileOf(index);
        if (seen.Contains(tile))
            return true;
        var leads = TreeProof.Includes(checkpoint.Size, checkpoint.Root, index, leafHash, path);
        if (leads)
            seen.Add(tile);
        return leads;
    }
}
