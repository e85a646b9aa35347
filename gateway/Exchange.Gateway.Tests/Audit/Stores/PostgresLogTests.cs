using Exchange.Gateway.Audit;
using Exchange.Hosting.Storage;
using Exchange.V1;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace Exchange.Gateway.Tests.Audit.Stores;

public sealed class PostgresLogTests : AnyAuditLogTests, IAsyncLifetime
{
    OwnDatabase database = null!;

    public async ValueTask InitializeAsync() => database = await OwnDatabase.Create(Servers.Postgres);

    public async ValueTask DisposeAsync()
    {
        if (database is not null)
            await database.DisposeAsync();
        System.IO.Directory.Delete(Folder, recursive: true);
    }

    [Fact]
    public async Task A_second_hub_is_refused_and_told_who_has_the_log_and_until_when()
    {
        await using var log = Open();

        var refused = Assert.Throws<StoreException>(() => Open("elsewhere"));

        Assert.Equal(StoreFault.InUse, refused.Fault);
        Assert.Contains($"held by process {Environment.ProcessId}", refused.Message);
        Assert.Matches(@"until \d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ", refused.Message);
        Assert.Equal(StoreFault.InUse, Assert.Throws<StoreException>(() => Open()).Fault);
        await log.Append(Entry(0));
        Assert.Null(log.Failure);
    }

    [Fact]
    public async Task A_hub_that_was_superseded_adds_nothing_and_ends()
    {
        await using var old = Open();
        await old.Append(Entry(0));
        await database.Expire();
        await using var now = Open("elsewhere");

        var fenced = await Assert.ThrowsAsync<AuditUnavailableException>(async () => await old.Append(Entry(1)));

        Assert.Equal(StoreFault.InUse, fenced.Fault);
        Assert.Equal(StoreFault.InUse, old.Failure?.Fault);
        Assert.Equal(1ul, (await now.Append(Entry(2))).Index);
        Assert.Equal([0, 2], await Times());
    }

    [Fact]
    public async Task An_idle_hub_renews_its_lease_and_learns_that_it_was_superseded()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var old = Open("here", time);
        await database.Expire();
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.True(await database.Ask<bool>("SELECT expires > clock_timestamp() FROM log"));
        Assert.Equal(StoreFault.InUse, Assert.Throws<StoreException>(() => Open("elsewhere")).Fault);

        await database.Expire();
        await using var now = Open("elsewhere");
        time.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(StoreFault.InUse, old.Failure?.Fault);
    }

    [Fact]
    public async Task A_lease_that_ran_out_and_that_nobody_wanted_is_good_again()
    {
        await using var log = Open();
        await database.Expire();
        await log.Append(Entry(0));
        Assert.True(await database.Ask<bool>("SELECT expires > clock_timestamp() FROM log"));
    }

    [Fact]
    public async Task A_hub_that_died_is_followed_at_once_in_its_own_folder_and_elsewhere_when_its_lease_has_run_out()
    {
        await using (var log = Open())
            await log.Append(Entry(0));
        // As it is when nobody could give it back.
        await database.Run("UPDATE log SET expires = clock_timestamp() + interval '1 hour'");

        Assert.Equal(StoreFault.InUse, Assert.Throws<StoreException>(() => Open("elsewhere")).Fault);
        await using (var again = Open())
            Assert.Equal(1ul, (await again.Append(Entry(1))).Index);
        await using var moved = Open("elsewhere");
        Assert.Equal(2ul, (await moved.Append(Entry(2))).Index);
    }

    protected override AuditLog Open() => Open("here");

    protected override Task Tool(string sql) => database.Run(sql);

    AuditLog Open(string folder, TimeProvider? time = null, AuditDatabase? options = null, string name = "hub-1") => AuditLog.Open(
        new AuditOptions(Path.Combine(Folder, folder, "audit.db"), name) { Database = options ?? database.Options() }, time ?? TimeProvider.System);

    /// <summary>Of the entries that are there, in order.</summary>
    async Task<IReadOnlyList<long>> Times()
    {
        var times = new List<long>();
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("SELECT content FROM entry ORDER BY number", connection);
        await using var rows = await command.ExecuteReaderAsync();
        while (await rows.ReadAsync())
            times.Add(AuditEntry.Parser.ParseFrom(rows.GetFieldValue<byte[]>(0)).TimeUnixMs);
        return times;
    }
}
