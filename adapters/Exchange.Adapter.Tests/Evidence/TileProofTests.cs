using System.Security.Cryptography;
using Exchange.Adapter.Evidence;
using Exchange.Protocol.Transparency;

namespace Exchange.Adapter.Tests.Evidence;

public sealed class TileProofTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(700)]
    [InlineData(70_000)]
    public async Task Each_receipt_of_a_tile_leads_to_the_root_by_hashes_that_are_kept_once(int size)
    {
        var leaves = Enumerable.Range(0, size).Select(i => TreeHash.Leaf(BitConverter.GetBytes(i))).ToArray();
        var tree = new TileTree((ulong)size, Tiles(leaves), remembers: true);
        var root = await tree.Root(default);
        var tile = (ulong)RandomNumberGenerator.GetInt32((size + 255) / 256);
        var receipts = Enumerable.Range((int)tile * 256, Math.Min(256, size - (int)tile * 256)).Where(_ => size == 1 || RandomNumberGenerator.GetInt32(2) == 0)
            .Select(i => new WaitingReceipt(i + 1, (ulong)i, leaves[i], [])).ToArray();
        var builder = new TileProof.Builder(tile);
        foreach (var receipt in receipts)
            builder.Add(receipt, await tree.Inclusion(receipt.Index, default));
        var proof = builder.Build();
        var ways = proof.Ways.SelectMany(way => way.Bytes).ToArray();

        foreach (var receipt in receipts)
            Assert.True(TreeProof.Includes((ulong)size, root, receipt.Index, receipt.LeafHash, TileProof.Path(proof.Hashes, ways, receipt.Id)!));
        var hashes = proof.Hashes.Chunk(TreeHash.Length).Select(Convert.ToHexString).ToArray();
        Assert.Equal(hashes.Distinct(), hashes);

        var gone = receipts.Where((_, i) => i % 3 == 0).Select(receipt => receipt.Id).ToHashSet();
        var left = TileProof.Without(ways, gone)!;
        Assert.All(receipts, receipt => Assert.Equal(gone.Contains(receipt.Id), TileProof.Path(proof.Hashes, left, receipt.Id) is null));
        Assert.Empty(TileProof.Without(ways, receipts.Select(receipt => receipt.Id).ToHashSet())!);
    }

    [Fact]
    public void Of_bytes_that_are_no_ways_there_is_no_path_and_no_fault()
    {
        for (var i = 0; i < 20_000; i++)
        {
            byte[] hashes = RandomNumberGenerator.GetBytes(RandomNumberGenerator.GetInt32(100)), ways = RandomNumberGenerator.GetBytes(RandomNumberGenerator.GetInt32(40));
            if (ways.Length > 8)
                ways[8] %= 8;
            var receipt = ways.Length >= 8 ? System.Buffers.Binary.BinaryPrimitives.ReadInt64BigEndian(ways) : 1;
            var path = TileProof.Path(hashes, ways, receipt);
            Assert.True(path is null || path.Count <= 7);
            // What is not whole is left as it is.
            var left = TileProof.Without(ways, new HashSet<long> { receipt });
            Assert.True(left is null || left.Length <= ways.Length);
        }
        Assert.Null(TileProof.Without([.. new byte[9], 1], new HashSet<long> { 0 }));
    }

    static TileSource Tiles(byte[][] leaves) => (tile, _) =>
    {
        var perHash = 1 << (8 * tile.Level);
        var hashes = Enumerable.Range(0, tile.Width).SelectMany(i =>
            TreeHash.Complete(leaves.Skip(((int)tile.Index * 256 + i) * perHash).Take(perHash).SelectMany(leaf => leaf).ToArray())).ToArray();
        return ValueTask.FromResult<ReadOnlyMemory<byte>>(hashes);
    };
}
