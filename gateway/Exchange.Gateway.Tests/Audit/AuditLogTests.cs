using Dapper;
using Exchange.Gateway.Audit;
using Exchange.Hosting.Storage;
using Exchange.V1;
using Microsoft.Data.Sqlite;

namespace Exchange.Gateway.Tests.Audit;

public sealed class AuditLogTests : AnyAuditLogTests, IDisposable
{
    public void Dispose() => System.IO.Directory.Delete(Folder, recursive: true);

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
            var path = Path.Combine(Folder, $"died-{copy}", "audit.db");
            System.IO.Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            // Less than a checkpoint's worth is written in all, so the two files belong together.
            File.Copy(Path.Combine(Folder, "audit.db"), path);
            File.Copy(Path.Combine(Folder, "audit.db-wal"), path + "-wal");

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

    protected override AuditLog Open() => Open(change: null);

    protected override async Task Tool(string sql)
    {
        await using var connection = Connect();
        await connection.ExecuteAsync(sql);
    }

    AuditLog Open(Func<AuditOptions, AuditOptions>? change)
    {
        var options = new AuditOptions(Path.Combine(Folder, "audit.db"), "hub-1");
        return AuditLog.Open(change?.Invoke(options) ?? options, TimeProvider.System);
    }

    SqliteConnection Connect() => new SqliteStore(Path.Combine(Folder, "audit.db"), Durability.Disk).Open();
}
