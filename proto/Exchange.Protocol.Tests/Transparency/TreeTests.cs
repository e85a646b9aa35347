using CsCheck;
using Exchange.Protocol.Transparency;

namespace Exchange.Protocol.Tests.Transparency;

public sealed class TreeTests
{
    /// <summary>RFC 6962 as it is written, without any of our shortcuts.</summary>
    static byte[] Defined(ReadOnlySpan<byte[]> leaves)
    {
        if (leaves.Length == 0)
            return TreeHash.Empty();
        if (leaves.Length == 1)
            return leaves[0];
        var split = 1;
        while (split * 2 < leaves.Length)
            split *= 2;
        return TreeHash.Node(Defined(leaves[..split]), Defined(leaves[split..]));
    }

    static byte[][] Leaves(int count) => [.. Enumerable.Range(0, count).Select(i => TreeHash.Leaf(BitConverter.GetBytes(i)))];

    /// <summary>The tiles that a log of these leaves serves.</summary>
    static TileSource Tiles(byte[][] leaves) => (tile, _) =>
    {
        var under = 1 << (Tile.Height * tile.Level);
        var hashes = Enumerable.Range(0, tile.Width).Select(i => (long)tile.Index * Tile.FullWidth + i)
            .SelectMany(i => Defined(leaves.AsSpan((int)i * under, under)));
        return ValueTask.FromResult<ReadOnlyMemory<byte>>(hashes.ToArray());
    };

    [Theory]
    [InlineData(1)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(1000)]
    public async Task A_tree_that_remembers_gives_the_same_proofs_and_each_leaf_and_reads_each_tile_once(int size)
    {
        var leaves = Leaves(size);
        var tiles = Tiles(leaves);
        var read = new List<Tile>();
        var remembering = new TileTree((ulong)size, (tile, cancelled) =>
        {
            read.Add(tile);
            return tiles(tile, cancelled);
        }, remembers: true);

        for (var index = 0ul; index < (ulong)size; index++)
        {
            Assert.Equal(await Tree(leaves).Inclusion(index, default), await remembering.Inclusion(index, default));
            Assert.Equal(leaves[index], await remembering.Leaf(index, default));
        }

        Assert.Equal(read.Distinct(), read);
        Assert.Equal((size + Tile.FullWidth - 1) / Tile.FullWidth, read.Count(tile => tile.Level == 0));
    }

    static TileTree Tree(byte[][] leaves) => new((ulong)leaves.Length, Tiles(leaves));

    [Fact]
    public void The_hashes_of_the_specification_come_out()
    {
        // RFC 6962 as tested by Certificate Transparency's own libraries: the empty tree, an empty leaf, and eight inputs.
        Assert.Equal("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", Convert.ToHexStringLower(TreeHash.Empty()));
        Assert.Equal("6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d", Convert.ToHexStringLower(TreeHash.Leaf([])));
        string[] inputs = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
        var leaves = inputs.Select(input => TreeHash.Leaf(Convert.FromHexString(input))).ToArray();
        Assert.Equal("5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328", Convert.ToHexStringLower(Defined(leaves)));
        var frontier = new Frontier();
        foreach (var leaf in leaves)
            frontier.Add(leaf);
        Assert.Equal("5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328", Convert.ToHexStringLower(frontier.Root()));
    }

    [Fact]
    public async Task The_growing_root_and_the_tiles_agree_at_every_size_across_a_tile_and_a_level()
    {
        var all = Leaves(Tile.FullWidth * Tile.FullWidth + 300);
        var growing = new Frontier();
        var sizes = Enumerable.Range(0, 600).Concat([Tile.FullWidth * Tile.FullWidth - 1, Tile.FullWidth * Tile.FullWidth, Tile.FullWidth * Tile.FullWidth + 257]).ToHashSet();
        for (var size = 0; size <= all.Length; size++)
        {
            if (sizes.Contains(size))
            {
                var tree = Tree(all[..size]);
                Assert.Equal(Defined(all.AsSpan(0, size)), growing.Root());
                Assert.Equal(growing.Root(), await tree.Root(default));
            }
            if (size < all.Length)
                growing.Add(all[size]);
        }
    }

    [Fact]
    public void Full_tiles_lead_to_the_same_root_as_their_leaves_and_fit_only_at_their_place()
    {
        var all = Leaves(5 * Tile.FullWidth + 3);
        var byTile = new Frontier();
        for (var tile = 0; tile < 5; tile++)
            byTile.AddComplete(TreeHash.Complete(all[(tile * Tile.FullWidth)..((tile + 1) * Tile.FullWidth)].SelectMany(leaf => leaf).ToArray()), Tile.FullWidth);
        var before = byTile.Copy();
        foreach (var leaf in all[(5 * Tile.FullWidth)..])
            byTile.Add(leaf);
        Assert.Equal(Defined(all), byTile.Root());
        Assert.Equal(Defined(all.AsSpan(0, 5 * Tile.FullWidth)), before.Root());
        Assert.Throws<ArgumentOutOfRangeException>(() => byTile.AddComplete(all[0], Tile.FullWidth));
        Assert.Throws<ArgumentOutOfRangeException>(() => before.AddComplete(all[0], 3));
    }

    [Fact]
    public async Task Every_entry_is_proven_at_every_size_and_no_other_leaf_number_size_or_root_is()
    {
        var all = Leaves(70);
        for (var size = 1; size <= all.Length; size++)
        {
            var tree = Tree(all[..size]);
            var root = await tree.Root(default);
            for (var i = 0; i < size; i++)
            {
                var path = await tree.Inclusion((ulong)i, default);
                Assert.True(TreeProof.Includes((ulong)size, root, (ulong)i, all[i], path));
                Assert.False(TreeProof.Includes((ulong)size, root, (ulong)i, all[(i + 1) % all.Length], path));
                Assert.False(TreeProof.Includes((ulong)size, TreeHash.Leaf("other"u8), (ulong)i, all[i], path));
                Assert.False(TreeProof.Includes((ulong)size, root, (ulong)((i + 1) % size), all[i], path) && size > 1);
                Assert.False(TreeProof.Includes((ulong)i, root, (ulong)i, all[i], path));
                Assert.False(TreeProof.Includes((ulong)size, root, (ulong)i, all[i], [.. path, root]));
                if (path.Count > 0)
                    Assert.False(TreeProof.Includes((ulong)size, root, (ulong)i, all[i], [.. path.Skip(1)]));
            }
        }
    }

    [Fact]
    public async Task Every_tree_is_proven_to_go_on_with_every_smaller_one_and_with_no_other()
    {
        var all = Leaves(70);
        var forked = Leaves(70);
        forked[3] = TreeHash.Leaf("forged"u8);
        for (var newer = 1; newer <= all.Length; newer++)
        {
            var tree = Tree(all[..newer]);
            var root = await tree.Root(default);
            Assert.True(TreeProof.IsConsistent(0, TreeHash.Empty(), (ulong)newer, root, []));
            for (var older = 1; older <= newer; older++)
            {
                var path = await tree.Consistency((ulong)older, default);
                Assert.True(TreeProof.IsConsistent((ulong)older, Defined(all.AsSpan(0, older)), (ulong)newer, root, path));
                if (older > 3)
                    Assert.False(TreeProof.IsConsistent((ulong)older, Defined(forked.AsSpan(0, older)), (ulong)newer, root, path));
                if (older < newer)
                    Assert.False(TreeProof.IsConsistent((ulong)newer, root, (ulong)older, Defined(all.AsSpan(0, older)), path));
                if (path.Count > 0)
                    Assert.False(TreeProof.IsConsistent((ulong)older, Defined(all.AsSpan(0, older)), (ulong)newer, root, [.. path.Take(path.Count - 1)]));
                Assert.False(TreeProof.IsConsistent((ulong)older, Defined(all.AsSpan(0, older)), (ulong)newer, root, [.. path, root]));
            }
        }
    }

    [Fact]
    public void Random_paths_prove_nothing_and_break_nothing()
    {
        var hash = Gen.Byte.Array[0, 40];
        Gen.Select(Gen.ULong, Gen.ULong, hash, hash, hash.Array[0, 70]).Sample((a, b, one, other, path) =>
            !TreeProof.Includes(a, one, b, other, path) && (!TreeProof.IsConsistent(a, one, b, other, path) || a == b || a == 0));
    }

    [Theory]
    [InlineData(0, 0, 256, "tile/0/000")]
    [InlineData(1, 1234067, 256, "tile/1/x001/x234/067")]
    [InlineData(7, 999, 1, "tile/7/999.p/1")]
    [InlineData(Tile.Entries, 1000, 255, "tile/entries/x001/000.p/255")]
    public void A_tile_has_one_path(int level, ulong index, int width, string path)
    {
        Assert.Equal(path, new Tile(level, index, width).Path);
        Assert.True(Tile.TryParse(path, out var tile));
        Assert.Equal(new Tile(level, index, width), tile);
    }

    [Theory]
    [InlineData("")]
    [InlineData("tile/8/000")]
    [InlineData("tile/-1/000")]
    [InlineData("tile/00/000")]
    [InlineData("tile/0/0")]
    [InlineData("tile/0/x000/001")]
    [InlineData("tile/0/001/001")]
    [InlineData("tile/0/000.p/0")]
    [InlineData("tile/0/000.p/256")]
    [InlineData("tile/0/000.p/01")]
    [InlineData("tile/0/000.p")]
    [InlineData("tile/0/x999/x999/x999/x999/x999/x999/999")]
    [InlineData("tile/entries/../000")]
    [InlineData("tile/0/\u0661\u0662\u0663")]
    public void Another_path_is_no_tiles(string path) => Assert.False(Tile.TryParse(path, out _));

    [Fact]
    public void Whatever_path_is_read_is_written_the_same() =>
        Gen.Select(Gen.Int[-1, 7], Gen.ULong, Gen.Int[1, 256]).Sample((level, index, width) =>
            Tile.TryParse(new Tile(level, index, width).Path, out var read) && read == new Tile(level, index, width));
}
