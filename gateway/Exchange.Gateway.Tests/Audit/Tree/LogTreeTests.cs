using System.Security.Cryptography;
using Dapper;
using Exchange.Gateway.Audit;
using Exchange.Gateway.Audit.Tree;
using Exchange.Hosting.Storage;
using Exchange.Protocol.Transparency;
using Exchange.V1;
using Microsoft.Data.Sqlite;

namespace Exchange.Gateway.Tests.Audit.Tree;

public sealed class LogTreeTests : IAsyncLifetime
{
    readonly string folder = System.IO.Directory.CreateTempSubdirectory("exchange-tree-").FullName;
    readonly NoteSigner signer = new("hub-1", NoteKeyUse.Note, RandomNumberGenerator.GetBytes(NoteSigner.SeedLength));
    AuditLog audit = null!;
    LogTree tree = null!;

    public ValueTask InitializeAsync()
    {
        Open();
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        tree.Dispose();
        await audit.DisposeAsync();
        signer.Dispose();
        System.IO.Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Every_checkpoint_goes_on_with_the_one_before_and_proves_its_entries_across_tiles_and_levels()
    {
        var leaves = new List<byte[]>();
        Checkpoint? before = null;
        foreach (var size in new[] { 0, 1, 2, 255, 256, 257, 511, 700, 66_000 })
        {
            leaves.AddRange(await Append(size - leaves.Count));
            var (whole, checkpoint) = await Publish();
            Assert.Equal((ulong)size, checkpoint.Size);
            if (before is { Size: > 0 })
            {
                var proof = await whole.Consistency(before.Size, default);
                Assert.True(TreeProof.IsConsistent(before.Size, before.Root, checkpoint.Size, checkpoint.Root, proof));
            }
            foreach (var index in new[] { 0, size / 2, size - 1 }.Where(index => index >= 0 && index < size).Distinct())
            {
                var proof = await whole.Inclusion((ulong)index, default);
                Assert.True(TreeProof.Includes(checkpoint.Size, checkpoint.Root, (ulong)index, leaves[index], proof));
            }
            before = checkpoint;
        }
    }

    [Fact]
    public async Task A_bundle_holds_the_entries_that_the_hash_tile_beside_it_hashes()
    {
        await Append(300);
        await Publish();
        foreach (var tile in new[] { new Tile(Tile.Entries, 0, 256), new Tile(Tile.Entries, 1, 44) })
        {
            var hashes = (await tree.Tiles.Hashes(tile with { Level = 0 }, default)).ToArray();
            var bundle = (await tree.Tiles.Bundle(tile, default)).ToArray().AsSpan();
            var at = 0;
            for (; bundle.Length > 0; at++)
            {
                var length = bundle[0] << 8 | bundle[1];
                Assert.True(hashes.AsSpan(at * 32, 32).SequenceEqual(TreeHash.Leaf(bundle.Slice(2, length))));
                bundle = bundle[(2 + length)..];
            }
            Assert.Equal(tile.Width, at);
        }
    }

    [Fact]
    public async Task What_was_published_is_shown_again_after_a_restart()
    {
        await Append(300);
        await Publish();
        var note = tree.Published!.Note;
        await Restart();
        Assert.Null(tree.Published);
        await tree.Resume((ulong)audit.Size, default);
        Assert.Equal(note, tree.Published!.Note);
    }

    [Fact]
    public async Task A_log_put_back_to_an_older_copy_is_noticed()
    {
        await Append(10);
        await Restart();
        File.Copy(Log, Log + ".yesterday");
        await Append(10);
        await Publish();
        await Restart(() => Restore(Log, Log + ".yesterday"));
        var refused = await Assert.ThrowsAsync<StoreException>(() => tree.Resume((ulong)audit.Size, default));
        Assert.Equal(StoreFault.Foreign, refused.Fault);
        Assert.Contains("older copy", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("audit.db", "entry_is_never_changed", "UPDATE entry SET leaf_hash = zeroblob(32) WHERE number = 298")]
    [InlineData("checkpoints.db", "node_is_never_changed", "UPDATE node SET hash = zeroblob(32) WHERE place = 0")]
    public async Task A_changed_hash_beneath_the_checkpoint_is_noticed(string file, string guard, string change)
    {
        await Append(300);
        await Publish();
        await Restart(() =>
        {
            using var connection = new SqliteConnection($"Data Source={Path.Combine(folder, file)};Pooling=false");
            connection.Open();
            connection.Execute($"DROP TRIGGER {guard}; {change}");
        });
        Assert.Equal(StoreFault.Foreign, (await Assert.ThrowsAsync<StoreException>(() => tree.Resume(300, default))).Fault);
    }

    [Fact]
    public async Task A_tile_that_every_agency_reads_is_read_out_of_the_log_once()
    {
        await Append(300);
        await Publish();
        var tiles = new[] { new Tile(0, 0, 256), new Tile(0, 1, 44), new Tile(1, 0, 1) };
        var first = await Task.WhenAll(tiles.Select(async tile => (await tree.Tiles.Hashes(tile, default)).ToArray()));
        using (var connection = new SqliteConnection($"Data Source={Log};Pooling=false"))
        {
            connection.Open();
            connection.Execute("ALTER TABLE entry RENAME TO gone");
        }
        Assert.Equal(first, await Task.WhenAll(tiles.Select(async tile => (await tree.Tiles.Hashes(tile, default)).ToArray())));
        await Assert.ThrowsAnyAsync<Exception>(async () => await tree.Tiles.Hashes(new Tile(0, 1, 43), default));
    }

    [Fact]
    public async Task Checkpoints_of_another_log_or_key_are_refused()
    {
        await Append(1);
        await Publish();
        tree.Dispose();
        using var other = new NoteSigner("hub-1", NoteKeyUse.Note, RandomNumberGenerator.GetBytes(NoteSigner.SeedLength));
        Assert.Equal(StoreFault.Foreign, Assert.Throws<StoreException>(() => new LogTree(Path.Combine(folder, "checkpoints.db"), audit.Store, other.Key)).Fault);
        tree = new LogTree(Path.Combine(folder, "checkpoints.db"), audit.Store, signer.Key);
    }

    string Log => Path.Combine(folder, "audit.db");

    void Open()
    {
        audit = AuditLog.Open(new AuditOptions(Log, "hub-1"), TimeProvider.System);
        tree = new LogTree(Path.Combine(folder, "checkpoints.db"), audit.Store, signer.Key);
    }

    async Task Restart(Action? meanwhile = null)
    {
        tree.Dispose();
        await audit.DisposeAsync();
        meanwhile?.Invoke();
        Open();
    }

    static void Restore(string file, string copy)
    {
        foreach (var name in new[] { file, file + "-wal", file + "-shm" })
            File.Delete(name);
        File.Copy(copy, file);
    }

    async Task<List<byte[]>> Append(int count)
    {
        var receipts = await Task.WhenAll(Enumerable.Range(0, count).Select(i =>
            audit.Append(new AuditEntry { TimeUnixMs = i, Policy = new PolicyEvent { PolicyVersion = "v", Rows = (uint)i } }).AsTask()));
        return [.. receipts.OrderBy(receipt => receipt.Index).Select(receipt => receipt.LeafHash.ToByteArray())];
    }

    async Task<(TileTree, Checkpoint)> Publish()
    {
        var size = (ulong)audit.Size;
        var whole = await tree.Raise(size, default);
        var checkpoint = new Checkpoint("hub-1", size, await whole.Root(default));
        tree.Publish(checkpoint, SignedNote.Sign(checkpoint.Body, signer));
        return (whole, checkpoint);
    }
}
