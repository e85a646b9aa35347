using System.Security.Cryptography;
using Exchange.Gateway.Audit;
using Exchange.Hosting.Storage;
using Exchange.V1;
using static Exchange.Gateway.Tests.Audit.Stores.PostgresFaultTests;

namespace Exchange.Gateway.Tests.Audit.Stores;

/// <summary>What a server does that only a server of one's own can be made to do.</summary>
public sealed class PostgresServerTests : IDisposable
{
    readonly string folder = System.IO.Directory.CreateTempSubdirectory("exchange-audit-").FullName;

    public void Dispose() => System.IO.Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_server_killed_in_mid_batch_has_every_acknowledged_entry_when_it_is_back_and_so_is_the_log()
    {
        await using var server = await OwnPostgres.Begin();
        await using var log = Open(new AuditDatabase(server.ConnectionString));
        await using var load = new Load(log);
        for (var i = 0; i < 3; i++)
        {
            await load.Acknowledged(200);
            await server.Kill();
            Assert.NotNull(log.Trouble);
            await server.Start();
        }
        await load.Acknowledged(200);

        await load.Stop();
        Assert.Null(log.Failure);
        await load.IsWhole();
    }

    [Fact]
    public async Task A_server_that_does_not_wait_for_its_disk_is_refused_unless_the_loss_is_accepted_in_words()
    {
        await using var server = await OwnPostgres.Begin("fsync = off");
        var database = new AuditDatabase(server.ConnectionString);

        var refused = Assert.Throws<StoreException>(() => Open(database));

        Assert.Equal(StoreFault.Refused, refused.Fault);
        Assert.Contains("fsync = off", refused.Message);
        await using var log = Open(database with { MayLoseEntries = true });
        Assert.Equal(0ul, (await log.Append(Entry(0))).Index);
    }

    [Fact]
    public async Task A_commit_that_a_synchronous_standby_was_not_waited_for_is_not_acknowledged()
    {
        await using var server = await OwnPostgres.Begin();
        await using var database = await OwnDatabase.Create(server.ConnectionString);
        await using var log = Open(database.Options() with { Timeout = TimeSpan.FromSeconds(10) });
        await log.Append(Entry(0));
        await Standby("ghost");

        var appending = log.Append(Entry(1)).AsTask();
        using var enough = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (await database.Ask<int>("SELECT count(pg_cancel_backend(pid))::int FROM pg_stat_activity WHERE wait_event = 'SyncRep'") == 0)
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, enough.Token);
        var unsure = await Assert.ThrowsAsync<AuditUnavailableException>(async () => await appending);

        Assert.Equal(StoreFault.Unsure, unsure.Fault);
        await Standby("");
        Assert.Equal(2ul, (await Again(log, Entry(2))).Index);
        Assert.Equal([0, 1, 2], await Times(log));

        async Task Standby(string name)
        {
            await database.OnServer($"ALTER SYSTEM SET synchronous_standby_names = '{name}'");
            await database.OnServer("SELECT pg_reload_conf()");
            while (await database.Ask<string>("SHOW synchronous_standby_names") != name)
                await Task.Yield();
        }
    }

    [Fact]
    public async Task A_full_disk_refuses_and_the_log_goes_on_by_itself_when_it_is_larger()
    {
        await using var server = await OwnPostgres.Begin();
        await server.AddSmallDisk("24m");
        await using var database = await OwnDatabase.Create(server.ConnectionString);
        await database.OnServer($"CREATE TABLESPACE small LOCATION '{server.Small}'");
        await using var full = await OwnDatabase.Create(server.ConnectionString, "TABLESPACE small");
        await using var log = Open(full.Options());
        // The server may lose the connection as it finds no room; what became of that entry is found out before the next is taken.
        var (kept, unsure) = (0, 0);
        AuditUnavailableException? refused = null;
        using var enough = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (refused?.Message.Contains("53100", StringComparison.Ordinal) != true)
            try
            {
                await log.Append(Large());
                kept++;
            }
            catch (AuditUnavailableException e)
            {
                refused = e;
                unsure += e.Fault == StoreFault.Unsure ? 1 : 0;
                await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, enough.Token);
            }

        Assert.Equal(StoreFault.Refused, refused.Fault);
        Assert.Null(log.Failure);
        await server.Enlarge("64m");
        Assert.InRange((await Again(log, Large())).Index, (ulong)kept, (ulong)(kept + unsure));
        Assert.Null(log.Trouble);

        static AuditEntry Large() => new() { Policy = new PolicyEvent { PolicyVersion = RandomNumberGenerator.GetHexString(60_000) } };
    }

    AuditLog Open(AuditDatabase database) => AuditLog.Open(new AuditOptions(Path.Combine(folder, "audit.db"), "hub-1") { Database = database }, TimeProvider.System);
}
