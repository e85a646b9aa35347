using System.Security.Cryptography;
using Dapper;
using Exchange.Gateway.Audit;
using Exchange.Hosting.Storage;
using Exchange.V1;
using Google.Protobuf;
using Microsoft.Data.Sqlite;

namespace Exchange.Gateway.Tests.Audit;

public sealed class AuditLogTests : IDisposable
{
    readonly string folder = System.IO.Directory.CreateTempSubdirectory("exchange-audit-").FullName;

    public void Dispose() => System.IO.Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Ten_thousand_parallel_appends_get_contiguous_numbers_and_receipts_that_match_the_rows()
    {
        await using var log = Open();
        var receipts = new Receipt[10_000];

        await Parallel.ForAsync(0, receipts.Length, new ParallelOptions { MaxDegreeOfParallelism = 1000 },
            async (i, _) => receipts[i] = await log.Append(Entry(i), CancellationToken.None));

        Assert.Equal(Enumerable.Range(0, receipts.Length).Select(i => (ulong)i), receipts.Select(receipt => receipt.Index).Order());
        Assert.Equal(receipts.Length, log.Size);
        using var connection = Connect();
        var rows = connection.Query<(long Number, byte[] Content, byte[] LeafHash)>("SELECT number, content, leaf_hash FROM entry").ToDictionary(row => row.Number);
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
    public async Task A_copy_taken_while_the_hub_writes_holds_every_acknowledged_entry_without_a_gap()
    {
        await using var log = Open();
        var acknowledged = 0L;
        var appending = Parallel.ForAsync(0, 20_000, new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (i, _) =>
        {
            await log.Append(Entry(i), CancellationToken.None);
            Interlocked.Increment(ref acknowledged);
        });
        for (var copy = 0; copy < 5; copy++)
        {
            var before = Interlocked.Read(ref acknowledged);
            var path = Path.Combine(folder, $"died-{copy}", "audit.db");
            System.IO.Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            // Less than a checkpoint's worth is written in all, so the two files belong together.
            File.Copy(Path.Combine(folder, "audit.db"), path);
            File.Copy(Path.Combine(folder, "audit.db-wal"), path + "-wal");

            await using var restarted = AuditLog.Open(new AuditOptions(path, "hub-1"), TimeProvider.System);

            Assert.InRange(restarted.Size, before, 20_000);
            Assert.Equal((ulong)restarted.Size, (await restarted.Append(Entry(0))).Index);
        }
        await appending;
    }

    [Fact]
    public async Task A_full_log_refuses_with_AUDIT_UNAVAILABLE_and_numbers_on_without_a_gap_when_there_is_room()
    {
        var kept = 0ul;
        await using (var log = Open(options => options with { LargestBytes = 256 * 1024 }))
        {
            await log.Append(Entry(0));
            var refused = await Assert.ThrowsAsync<AuditUnavailableException>(async () =>
            {
                for (kept = 1; kept < 100; kept++)
                    await log.Append(Entry(1, nodeLength: 60_000));
            });
            Assert.Equal(Reason.AuditUnavailable, refused.Refusal.Reason);
            Assert.Equal(StoreFault.Refused, refused.Fault);
            Assert.Null(log.Failure);
            Assert.Equal(StoreFault.Refused, log.Trouble?.Fault);

            Assert.Equal(kept, (await log.Append(Entry(2))).Index);
            Assert.Null(log.Trouble);
            Assert.Equal(kept + 1, (ulong)log.Size);
        }
        await using var again = Open();
        Assert.Equal(kept + 1, (await again.Append(Entry(3))).Index);
    }

    [Fact]
    public async Task A_locked_log_refuses_and_goes_on_when_the_lock_is_gone()
    {
        await using var log = Open(options => options with { BusyTimeout = TimeSpan.Zero });
        using (var tool = Connect())
        {
            tool.Execute("BEGIN IMMEDIATE");
            Assert.Equal(StoreFault.Refused, (await Assert.ThrowsAsync<AuditUnavailableException>(async () => await log.Append(Entry(0)))).Fault);
            tool.Execute("ROLLBACK");
        }

        Assert.Equal(0ul, (await log.Append(Entry(1))).Index);
    }

    [Fact]
    public async Task An_entry_put_there_by_somebody_else_ends_the_log_for_this_process_and_is_counted_by_the_next()
    {
        await using (var log = Open())
        {
            await log.Append(Entry(0));
            using (var other = Connect())
                other.Execute("INSERT INTO entry VALUES (1, x'01', zeroblob(32))");

            Assert.Equal(StoreFault.Failed, (await Assert.ThrowsAsync<AuditUnavailableException>(async () => await log.Append(Entry(1)))).Fault);
            Assert.Equal(StoreFault.Failed, (await Assert.ThrowsAsync<AuditUnavailableException>(async () => await log.Append(Entry(2)))).Fault);
            Assert.NotNull(log.Failure);
        }
        // Its hash is wrong, so it is not taken for an entry.
        Assert.Equal(StoreFault.Foreign, Assert.Throws<StoreException>(() => Open()).Fault);
    }

    [Fact]
    public async Task A_second_process_is_refused_and_told_who_writes_the_log()
    {
        await using var log = Open();

        var refused = Assert.Throws<StoreException>(() => Open());

        Assert.Equal(StoreFault.InUse, refused.Fault);
        Assert.Contains($"process {Environment.ProcessId}", refused.Message);
        await log.Append(Entry(0));
    }

    [Fact]
    public async Task A_file_is_not_continued_under_another_name()
    {
        await using (Open())
        {
        }
        var refused = Assert.Throws<StoreException>(() => Open(options => options with { Name = "hub-2" }));

        Assert.Equal(StoreFault.Foreign, refused.Fault);
        Assert.Contains("'hub-1', not 'hub-2'", refused.Message);
        await using var again = Open();
    }

    [Fact]
    public async Task A_log_with_a_gap_is_refused_at_the_start()
    {
        await using (var log = Open())
            for (var i = 0; i < 3; i++)
                await log.Append(Entry(i));
        using (var thief = Connect())
            thief.Execute("DROP TRIGGER entry_is_never_removed; DELETE FROM entry WHERE number = 1");

        var refused = Assert.Throws<StoreException>(() => Open());

        Assert.Equal(StoreFault.Foreign, refused.Fault);
        Assert.Contains("some are missing", refused.Message);
    }

    [Fact]
    public async Task Entries_are_neither_changed_nor_removed()
    {
        await using var log = Open();
        await log.Append(Entry(0));
        using var connection = Connect();

        Assert.Throws<SqliteException>(() => connection.Execute("UPDATE entry SET content = x''"));
        Assert.Throws<SqliteException>(() => connection.Execute("DELETE FROM entry"));
        Assert.Throws<SqliteException>(() => connection.Execute("UPDATE log SET name = 'hub-2'"));
    }

    [Fact]
    public async Task A_log_of_a_newer_version_is_refused()
    {
        await using (Open())
        {
        }
        using (var newer = Connect())
            newer.Execute("INSERT INTO SchemaVersions (ScriptName, Applied) VALUES ('0099_later.sql', '2030-01-01')");

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

    AuditLog Open(Func<AuditOptions, AuditOptions>? change = null)
    {
        var options = new AuditOptions(Path.Combine(folder, "audit.db"), "hub-1");
        return AuditLog.Open(change?.Invoke(options) ?? options, TimeProvider.System);
    }

    SqliteConnection Connect() => new SqliteStore(Path.Combine(folder, "audit.db"), Durability.Disk).Open();

    static ByteString RequestId(int i) => ByteString.CopyFrom([.. BitConverter.GetBytes(i), .. new byte[12]]);

    static AuditEntry Entry(int i, int nodeLength = 0) => new()
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
