using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using Exchange.Benchmarks.Samples;
using Exchange.Protocol.Transparency;
using Google.Protobuf;

namespace Exchange.Benchmarks.Cases;

/// <summary>The tree over the log: what an entry costs, a full tile, and a proof out of tiles that are at hand.</summary>
public class TreeHashing
{
    /// <summary>Of the log a proof is made of; not a power of two, so that there are partial tiles.</summary>
    const ulong Size = 10_000_019;

    readonly byte[] entry = IncomeLookup.Entry().ToByteArray(), left = RandomNumberGenerator.GetBytes(TreeHash.Length), right = RandomNumberGenerator.GetBytes(TreeHash.Length);
    readonly byte[] tile = RandomNumberGenerator.GetBytes(Tile.FullWidth * TreeHash.Length), node = new byte[TreeHash.Length];
    readonly Frontier frontier = new();
    TileTree tree = null!;
    ulong index;

    // The hashes of one tile stand for those of all: what they are changes nothing of the work.
    [GlobalSetup]
    public void Grow() => tree = new TileTree(Size, (_, _) => ValueTask.FromResult<ReadOnlyMemory<byte>>(tile));

    [Benchmark]
    public object Leaf() => TreeHash.Leaf(entry);

    [Benchmark]
    public void Node() => TreeHash.Node(left, right, node);

    /// <summary>One more leaf, whose hash is there: about one node, however large the log.</summary>
    [Benchmark]
    public void GoOn() => frontier.Add(left);

    /// <summary>The root over 256 hashes.</summary>
    [Benchmark]
    public object FullTile() => TreeHash.Complete(tile);

    /// <summary>That an entry is in a log of ten million.</summary>
    [Benchmark]
    public async Task<object> Inclusion() => await tree.Inclusion(index = (index + 7919) % Size, CancellationToken.None).ConfigureAwait(false);
}
