using System.Data.Common;
using System.Security.Cryptography;
using Exchange.Gateway.Audit;
using Exchange.Gateway.Audit.Tree;
using Exchange.Hosting.Storage;
using Exchange.Protocol.Transparency;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Gateway.Tests.Audit;

/// <summary>What a log does wherever its entries are kept.</summary>
public abstract class AnyAuditLogTests
{
    protected string Folder { get; } = System.IO.Directory.CreateTempSubdirectory("exchange-audit-").FullName;

    [Fact]
    public async Task Ten_thousand_parallel_appends_get_contiguous_numbers_and_receipts_that_match_the_rows()
    {
        await using var log = Open();
        var receipts = new Receipt[10_000];

        await Parallel.ForAsync(0, receipts.Length, new ParallelOptions { MaxDegreeOfParallelism = 1000 },
            async (i, _) => receipts[i] = await log.Append(Entry(i), CancellationToken.None));

        Assert.Equal(Enumerable.Range(0, receipts.Length).Select(i => (ulong)i), receipts.Select(receipt => receipt.Index).Order());
        Assert.Equal(receipts.Length, log.Size);
        var rows = (await log.Store.Read(0, receipts.Length, default)).ToDictionary(row => row.Number);
        for (var i = 0; i < receipts.Length; i++)
        {
            var receipt = receipts[i];
            var row = rows[(long)receipt.Index];
            Assert.Equal("hub-1", receipt.Log);
            Assert.Equal(RequestId(i), receipt.RequestId);
            Assert.Equal(row.LeafHash, receipt.LeafHash.ToByteArray());
            Assert.Equal(SHA256.HashData([0, .. row.Content]), row.LeafHash);
            Assert.Equal(Entry(i), AuditEntry.Parser.ParseFrom(row.Content));
        }
    }

    [Fact]
    public async Task A_log_goes_on_where_it_ended()
    {
        await using (var log = Open())
            for (var i = 0; i < 3; i++)
                await log.Append(Entry(i));

        await using var again = Open();

        Assert.Equal(3, again.Size);
        Assert.Equal(3ul, (await again.Append(Entry(3))).Index);
    }

    [Fact]
    public async Task Entries_are_neither_changed_nor_removed()
    {
        await using var log = Open();
        await log.Append(Entry(0));

        foreach (var crime in new[] { "UPDATE entry SET content = leaf_hash", "DELETE FROM entry", "UPDATE log SET name = 'hub-2'" })
            Assert.IsAssignableFrom<DbException>(await Record.ExceptionAsync(() => Tool(crime)));

        Assert.Equal(Entry(0), AuditEntry.Parser.ParseFrom(Assert.Single(await log.Store.Read(0, 2, default)).Content));
    }

    [Fact]
    public async Task A_log_of_a_newer_version_is_refused()
    {
        await using (Open())
        {
        }
        await Tool("INSERT INTO SchemaVersions (ScriptName, Applied) VALUES ('0099_later.sql', '2030-01-01')");

        Assert.Contains("newer version", Assert.Throws<StoreException>(() => Open()).Message);
    }

    [Fact]
    public async Task A_closed_log_refuses_and_a_cancelled_append_writes_nothing()
    {
        var log = Open();
        await Assert.ThrowsAsync<OperationCanceledException>(async () => await log.Append(Entry(0), new CancellationToken(canceled: true)));
        Assert.Equal(0, log.Size);
        await log.DisposeAsync();

        Assert.Equal(StoreFault.Closed, (await Assert.ThrowsAsync<AuditUnavailableException>(async () => await log.Append(Entry(0)))).Fault);
    }

    [Theory]
    [InlineData(0, 2000, 0, 1300)]
    [InlineData(500, 1100, 500, 600)]
    [InlineData(1299, 1300, 1299, 1)]
    [InlineData(1300, 1400, 0, 0)]
    [InlineData(7, 7, 0, 0)]
    public async Task A_range_is_read_in_order_and_ends_with_the_log(long from, long to, int first, int count)
    {
        await using var log = Open();
        await Task.WhenAll(Enumerable.Range(0, 1300).Select(i => log.Append(Entry(i)).AsTask()));

        var read = new List<(long Index, byte[] Entry)>();
        await foreach (var line in log.Read(from, to))
            read.Add(line);

        Assert.Equal(Enumerable.Range(first, count).Select(i => (long)i), read.Select(line => line.Index));
        Assert.Equal(read.Select(line => line.Index), read.Select(line => AuditEntry.Parser.ParseFrom(line.Entry).TimeUnixMs));
    }

    [Fact]
    public async Task Tiles_and_bundles_are_made_of_whichever_store_it_is()
    {
        await using var log = Open();
        await Task.WhenAll(Enumerable.Range(0, 300).Select(i => log.Append(Entry(i)).AsTask()));
        using var signer = new NoteSigner("hub-1", NoteKeyUse.Note, RandomNumberGenerator.GetBytes(NoteSigner.SeedLength));
        using var tree = new LogTree(Path.Combine(Folder, "checkpoints.db"), log.Store, signer.Key);

        var whole = await tree.Raise(300, default);

        var entries = await log.Store.Read(0, 300, default);
        var root = await whole.Root(default);
        foreach (var index in new[] { 0, 255, 256, 299 })
        {
            var proof = await whole.Inclusion((ulong)index, default);
            Assert.True(TreeProof.Includes(300, root, (ulong)index, TreeHash.Leaf(entries[index].Content), proof));
        }
        Assert.Equal(entries.Skip(256).Sum(entry => 2 + entry.Content.Length), (await tree.Tiles.Bundle(new Tile(Tile.Entries, 1, 44), default)).Length);
        Assert.Equal(StoreFault.Foreign, (await Assert.ThrowsAsync<StoreException>(async () => await tree.Tiles.Bundle(new Tile(Tile.Entries, 1, 45), default))).Fault);
    }

    protected abstract AuditLog Open();

    /// <summary>As somebody does with a tool beside the hub.</summary>
    protected abstract Task Tool(string sql);

    private protected static ByteString RequestId(int i) => ByteString.CopyFrom([.. BitConverter.GetBytes(i), .. new byte[12]]);

    private protected static AuditEntry Entry(int i, int nodeLength = 0) => new()
    {
        TimeUnixMs = i,
        Lookup = new LookupEvent
        {
            RequestId = RequestId(i),
            Requester = "jp.mun.131016",
            Provider = "jp.tax",
            Task = "resident-tax",
            DataSet = "income" + new string('x', nodeLength),
            Kind = LookupKind.Warm,
            Outcome = AuditOutcome.Answered,
            PolicyVersion = "v",
            Fields = { 1, 2, 3 },
            QuestionCommitment = ByteString.CopyFrom(new byte[32]),
            AnswerCommitment = ByteString.CopyFrom(new byte[32]),
        },
    };
}
