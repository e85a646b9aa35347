using Dapper;
using Exchange.Gateway.Audit.Checks;
using Exchange.Hosting.Storage;
using Exchange.Protocol.Transparency;

namespace Exchange.Gateway.Tests.Audit.Checks;

public sealed class FsckTests
{
    [Theory]
    [InlineData("DROP TRIGGER entry_is_never_removed", "SCHEMA_CHANGED", "trigger entry_is_never_removed")]
    [InlineData("DROP TRIGGER entry_is_never_changed; CREATE TRIGGER entry_is_never_changed BEFORE UPDATE ON entry BEGIN SELECT 1; END", "SCHEMA_CHANGED", "trigger entry_is_never_changed")]
    [InlineData("CREATE INDEX by_length ON entry (length(content))", "SCHEMA_CHANGED", "index by_length")]
    [InlineData("INSERT INTO SchemaVersions (ScriptName, Applied) VALUES ('0099_later.sql', '2030-01-01')", "SCHEMA_NEWER", "0099_later.sql")]
    public async Task Guards_that_are_gone_or_others_than_the_hubs_are_named(string sql, string fault, string place)
    {
        await using var log = await KeptLog.Written(300);
        using (var connection = KeptLog.Connect(log.Log))
            connection.Execute(sql);
        Bad.Only(Bad.Named(fault), place, await log.Fsck());
    }

    [Fact]
    public async Task Damaged_pages_are_told_with_whatever_can_still_be_read()
    {
        await using var log = await KeptLog.Written(2000);
        var file = await File.ReadAllBytesAsync(log.Log, TestContext.Current.CancellationToken);
        // A page in the middle, which holds entries.
        file.AsSpan(4096 * (file.Length / 4096 / 2), 4096).Fill(0xff);
        await File.WriteAllBytesAsync(log.Log, file, TestContext.Current.CancellationToken);
        var findings = await log.Fsck();
        Assert.Contains(LogFault.FileDamaged, Bad.Faults(findings));
        Assert.Contains(findings.All, check => check is { Name: "checkpoint", Result: CheckResult.Good });
    }

    [Theory]
    [InlineData("audit.db")]
    [InlineData("checkpoints.db")]
    public async Task A_file_of_another_log_is_named(string name)
    {
        await using var log = await KeptLog.Written(300);
        log.Tamper(Path.Combine(log.Folder, name), "UPDATE log SET name = 'hub-2'");
        var found = Bad.Only(LogFault.FileOfAnotherLog, Path.Combine(log.Folder, name), await log.Fsck());
        Assert.Contains(name == "audit.db" ? "'hub-2'" : "hub-1", found.Says, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_file_of_checkpoints_is_named_with_what_follows_from_it()
    {
        await using var log = await KeptLog.Written(300);
        File.Delete(log.Tree);
        Assert.Equal([LogFault.FileMissing, LogFault.CheckpointMissing], Bad.Faults(await log.Fsck()));
        Assert.False(File.Exists(log.Tree));
    }

    [Fact]
    public async Task Without_the_log_itself_nothing_is_looked_at()
    {
        await using var log = await KeptLog.Written(300);
        File.Delete(log.Log);
        await Assert.ThrowsAsync<StoreException>(() => log.Fsck());
    }

    [Fact]
    public async Task Hashes_above_entries_that_are_not_there_are_named()
    {
        await using var log = await KeptLog.Written(300);
        log.Tamper(log.Tree, "INSERT INTO node VALUES (1, 1, zeroblob(32)), (9, 0, zeroblob(32))");
        Assert.Equal(2, Bad.Only(LogFault.NodeBeyond, "level 1", await log.Fsck()).Count);
    }

    [Fact]
    public async Task A_row_that_says_another_size_than_its_checkpoint_is_named()
    {
        await using var log = await KeptLog.Written(300);
        log.Tamper(log.Tree, "UPDATE checkpoint SET size = 299");
        Bad.Only(LogFault.CheckpointSizeDiffers, "checkpoint", await log.Fsck());
    }

    [Theory]
    [InlineData(new byte[] { 0xff }, "ENTRY_MALFORMED")]
    [InlineData(new byte[0], "ENTRY_MALFORMED")]
    [InlineData(null, "ENTRY_TOO_LARGE")]
    public async Task Entries_that_are_none_are_named_beside_the_change_itself(byte[]? content, string fault)
    {
        await using var log = await KeptLog.Written(300);
        log.Tamper(log.Log, "UPDATE entry SET content = @content WHERE number = 17", new { content = content ?? new byte[70_000] });
        var faults = Bad.Faults(await log.Fsck()).ToList();
        Assert.Contains(Bad.Named(fault), faults);
        Assert.Contains(LogFault.EntryChanged, faults);
    }

    [Fact]
    public async Task It_runs_beside_a_hub_that_writes_and_hinders_nothing()
    {
        await using var log = new KeptLog();
        log.Begin();
        await log.Append(1000);
        await log.Publish();
        var writing = Task.Run(async () =>
        {
            for (var round = 0; round < 20; round++)
            {
                await log.Append(500);
                await log.Publish();
            }
        }, TestContext.Current.CancellationToken);
        try
        {
            do
                Bad.Nothing(await log.Fsck());
            while (!writing.IsCompleted);
        }
        finally
        {
            await writing;
        }
        Bad.Nothing(await log.Verify());
        Assert.Equal(11_000, log.Receipts.Count);
    }

    [Fact]
    public async Task It_writes_nothing()
    {
        await using var log = await KeptLog.Written(700);
        log.Flip(log.Log, "content", "entry", "number = 17");
        using (var connection = KeptLog.Connect(log.Log))
            connection.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
        var before = (await File.ReadAllBytesAsync(log.Log, TestContext.Current.CancellationToken), await File.ReadAllBytesAsync(log.Tree, TestContext.Current.CancellationToken));
        await log.Fsck();
        await log.Verify();
        Assert.Equal(before.Item1, await File.ReadAllBytesAsync(log.Log, TestContext.Current.CancellationToken));
        Assert.Equal(before.Item2, await File.ReadAllBytesAsync(log.Tree, TestContext.Current.CancellationToken));
    }
}
