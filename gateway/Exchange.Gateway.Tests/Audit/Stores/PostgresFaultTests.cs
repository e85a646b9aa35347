using System.Diagnostics;
using Exchange.Gateway.Audit;
using Exchange.Gateway.Audit.Stores.Postgres;
using Exchange.Hosting.Storage;
using Exchange.V1;
using Npgsql;

namespace Exchange.Gateway.Tests.Audit.Stores;

/// <summary>What breaks between a hub and its database, and what must hold afterwards.</summary>
public sealed class PostgresFaultTests : IAsyncLifetime
{
    readonly string folder = System.IO.Directory.CreateTempSubdirectory("exchange-audit-").FullName;
    OwnDatabase database = null!;
    Relay relay = null!;

    public async ValueTask InitializeAsync()
    {
        var server = new NpgsqlConnectionStringBuilder(Servers.Postgres);
        database = await OwnDatabase.Create(server.ToString());
        relay = new Relay(server.Host!, server.Port);
    }

    public async ValueTask DisposeAsync()
    {
        if (relay is not null)
            await relay.DisposeAsync();
        if (database is not null)
            await database.DisposeAsync();
        System.IO.Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Connections_ended_in_mid_batch_lose_no_acknowledged_entry_and_number_none_twice()
    {
        await using var log = Open();
        await using var load = new Load(log);
        for (var i = 0; i < 10; i++)
        {
            await load.Acknowledged(100);
            Assert.InRange(await database.Cut(), 1, int.MaxValue);
        }
        await load.Acknowledged(100);

        await load.Stop();
        Assert.NotEmpty(load.Refused);
        Assert.All(load.Refused, refused => Assert.False(new StoreException(refused.Fault, "").EndsStore));
        await load.IsWhole();
        Assert.Null(log.Trouble);
    }

    [Fact]
    public async Task A_commit_whose_answer_is_lost_is_refused_is_there_and_is_numbered_on_from()
    {
        await using var log = Open(relay.Port);
        await log.Append(Entry(0));

        relay.Mode = RelayMode.CutAnswers;
        var lost = await Assert.ThrowsAsync<AuditUnavailableException>(async () => await log.Append(Entry(1)));
        relay.Mode = RelayMode.Pass;

        Assert.Equal(StoreFault.Unsure, lost.Fault);
        Assert.Equal(Reason.AuditUnavailable, lost.Refusal.Reason);
        Assert.Equal(2ul, (await Again(log, Entry(2))).Index);
        Assert.Equal([0, 1, 2], await Times(log));
    }

    [Fact]
    public async Task A_batch_that_never_arrived_is_refused_and_its_number_is_given_to_the_next()
    {
        await using var log = Open(relay.Port);
        await log.Append(Entry(0));

        relay.Mode = RelayMode.CutQuestions;
        Assert.Equal(StoreFault.Unsure, (await Assert.ThrowsAsync<AuditUnavailableException>(async () => await log.Append(Entry(1)))).Fault);
        relay.Mode = RelayMode.Pass;

        Assert.Equal(1ul, (await Again(log, Entry(2))).Index);
        Assert.Equal([0, 2], await Times(log));
    }

    [Fact]
    public async Task A_taking_of_the_lease_whose_answer_is_lost_is_known_for_our_own()
    {
        await using var log = Open(relay.Port);
        await log.Append(Entry(0));
        var token = await database.Ask<long>("SELECT token FROM log");

        // Regained on the server, and not heard of here, until the line is whole again.
        relay.Mode = RelayMode.CutQuestions;
        await Assert.ThrowsAsync<AuditUnavailableException>(async () => await log.Append(Entry(1)));
        await database.Run("UPDATE log SET token = token + 1");
        relay.Mode = RelayMode.Pass;

        Assert.Equal(1ul, (await Again(log, Entry(2))).Index);
        Assert.InRange(await database.Ask<long>("SELECT token FROM log"), token + 2, long.MaxValue);
    }

    [Fact]
    public async Task A_server_that_hangs_is_waited_for_once_and_then_lookups_are_refused_at_once()
    {
        await using var log = Open(relay.Port);
        await log.Append(Entry(0));

        relay.Mode = RelayMode.Hang;
        var started = Stopwatch.GetTimestamp();
        Assert.Equal(StoreFault.Unsure, (await Assert.ThrowsAsync<AuditUnavailableException>(async () => await log.Append(Entry(1)))).Fault);
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.FromSeconds(0.9), TimeSpan.FromSeconds(2.5));

        started = Stopwatch.GetTimestamp();
        for (var i = 0; i < 100; i++)
            await Assert.ThrowsAsync<AuditUnavailableException>(async () => await log.Append(Entry(2)));
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(0.9));
        Assert.NotNull(log.Trouble);
        Assert.Null(log.Failure);

        relay.Mode = RelayMode.Pass;
        await Again(log, Entry(3));
        Assert.Null(log.Trouble);
    }

    [Fact]
    public async Task A_locked_table_refuses_in_time_keeps_nothing_and_is_gone_on_with()
    {
        await using var log = Open();
        await using (var tool = new NpgsqlConnection(database.ConnectionString))
        {
            await tool.OpenAsync();
            await using var transaction = await tool.BeginTransactionAsync();
            await using (var command = new NpgsqlCommand("LOCK TABLE entry", tool, transaction))
                await command.ExecuteNonQueryAsync();
            var refused = await Assert.ThrowsAsync<AuditUnavailableException>(async () => await log.Append(Entry(0)));
            Assert.Equal(StoreFault.Refused, refused.Fault);
            Assert.Contains("statement timeout", refused.Message);
        }
        Assert.Equal(0ul, (await log.Append(Entry(1))).Index);
        Assert.Null(log.Trouble);
    }

    [Fact]
    public async Task What_a_full_disk_refuses_is_not_kept_and_the_log_goes_on_when_there_is_room()
    {
        await using var log = Open();
        await log.Append(Entry(0));
        // What the server says when a table cannot grow.
        await database.Run("""
            CREATE FUNCTION is_full() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$;
            CREATE TRIGGER is_full BEFORE INSERT ON entry FOR EACH ROW EXECUTE FUNCTION is_full();
            """);

        var refused = await Assert.ThrowsAsync<AuditUnavailableException>(async () => await log.Append(Entry(1)));

        Assert.Equal(StoreFault.Refused, refused.Fault);
        Assert.Contains("No space left", log.Trouble?.Message);
        await database.Run("DROP TRIGGER is_full ON entry");
        Assert.Equal(1ul, (await Again(log, Entry(2))).Index);
        Assert.Null(log.Trouble);
        Assert.Equal([0, 2], await Times(log));
    }

    [Fact]
    public async Task A_server_that_turns_read_only_refuses_and_one_that_is_so_is_not_begun_with()
    {
        await using (var log = Open())
        {
            await log.Append(Entry(0));
            await database.OnServer($"ALTER DATABASE {Name} SET default_transaction_read_only = on");
            await database.Cut();
            // The first may meet the connection that is gone.
            var refused = await Refused(log, StoreFault.Refused);
            Assert.Contains("takes no writes", refused.Message);
            await database.OnServer($"ALTER DATABASE {Name} RESET default_transaction_read_only");
            Assert.Equal(1ul, (await Again(log, Entry(1))).Index);
            await database.OnServer($"ALTER DATABASE {Name} SET default_transaction_read_only = on");
        }
        var closed = Assert.Throws<StoreException>(() => Open());
        Assert.Equal(StoreFault.Refused, closed.Fault);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_said_at_the_start_without_the_password()
    {
        var options = new AuditDatabase("Host=127.0.0.1;Port=1;Username=hub;Password=hunter2;Database=audit");

        var refused = Assert.Throws<StoreException>(() => AuditLog.Open(new AuditOptions(Path.Combine(folder, "audit.db"), "hub-1") { Database = options }, TimeProvider.System));

        Assert.Equal(StoreFault.Refused, refused.Fault);
        Assert.Contains("PostgreSQL 127.0.0.1:1/audit", refused.Message);
        Assert.DoesNotContain("hunter2", refused.ToString() + options);
        // Nothing keeps the place.
        await using var log = Open();
    }

    [Fact]
    public async Task An_entry_put_there_by_somebody_else_ends_the_log()
    {
        await using (var log = Open())
        {
            await log.Append(Entry(0));
            await database.Run("INSERT INTO entry SELECT id, 1, '\\x01', sha256('x') FROM log");

            Assert.Equal(StoreFault.Foreign, (await Assert.ThrowsAsync<AuditUnavailableException>(async () => await log.Append(Entry(1)))).Fault);
            Assert.Equal(StoreFault.Foreign, log.Failure?.Fault);
        }
        Assert.Contains("put there by somebody else", Assert.Throws<StoreException>(() => Open()).Message);
    }

    [Theory]
    [InlineData("DELETE FROM entry WHERE number = 1", "some are missing")]
    [InlineData("DELETE FROM entry WHERE number = 2", "some are missing")]
    [InlineData("UPDATE log SET size = 2", "put there by somebody else")]
    [InlineData("UPDATE entry SET content = '\\x01' WHERE number = 2", "not what its hash says")]
    public async Task A_log_with_a_gap_or_a_changed_end_is_refused_at_the_start(string crime, string said)
    {
        await using (var log = Open())
            for (var i = 0; i < 3; i++)
                await log.Append(Entry(i));
        await database.Tamper(crime);

        var refused = Assert.Throws<StoreException>(() => Open());

        Assert.Equal(StoreFault.Foreign, refused.Fault);
        Assert.Contains(said, refused.Message);
    }

    [Theory]
    [InlineData("DELETE FROM entry WHERE number = 2; UPDATE log SET size = 2")]
    [InlineData("UPDATE entry SET content = '\\x01', leaf_hash = sha256('\\x0001') WHERE number = 2")]
    [InlineData("INSERT INTO entry SELECT id, 3, '\\x01', sha256('\\x0001') FROM log; UPDATE log SET size = 4")]
    public async Task A_failover_that_lost_or_changed_what_was_acknowledged_ends_the_log(string lost)
    {
        await using var log = Open();
        for (var i = 0; i < 3; i++)
            await log.Append(Entry(i));
        await database.Tamper(lost);
        await database.Cut();

        var ended = await Refused(log, StoreFault.Foreign);

        Assert.Contains("put back to an older copy, or somebody else", ended.Message);
        Assert.Equal(StoreFault.Foreign, log.Failure?.Fault);
    }

    [Fact]
    public async Task Two_hubs_that_start_at_once_in_an_empty_database_make_its_tables_once()
    {
        var logs = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => Task.Run(() => Open(name: $"hub-{i}"))));
        foreach (var log in logs)
        {
            Assert.Equal(0ul, (await log.Append(Entry(7))).Index);
            await log.DisposeAsync();
        }
        Assert.Equal(1, await database.Ask<int>("SELECT count(*)::int FROM schemaversions"));
        Assert.Equal(4, await database.Ask<int>("SELECT count(*)::int FROM log WHERE size = 1"));
    }

    [Fact]
    public async Task Commits_wait_for_the_disk_whatever_the_server_was_told()
    {
        await database.OnServer($"ALTER DATABASE {Name} SET synchronous_commit = off");
        await using (var session = PostgresSession.Open(database.Options()))
            Assert.Equal("on", await Setting(session));
        await database.OnServer($"ALTER DATABASE {Name} SET synchronous_commit = remote_apply");
        await using (var session = PostgresSession.Open(database.Options()))
            Assert.Equal("remote_apply", await Setting(session));

        static async Task<object?> Setting(NpgsqlConnection session)
        {
            await using var command = new NpgsqlCommand("SHOW synchronous_commit", session);
            return await command.ExecuteScalarAsync();
        }
    }

    string Name => new NpgsqlConnectionStringBuilder(database.ConnectionString).Database!;

    AuditLog Open(int? port = null, string name = "hub-1") =>
        AuditLog.Open(new AuditOptions(Path.Combine(folder, name, "audit.db"), name) { Database = database.Options(port) }, TimeProvider.System);

    internal static AuditEntry Entry(int i) => new() { TimeUnixMs = i, Policy = new PolicyEvent { PolicyVersion = "v", Rows = 1 } };

    /// <summary>Once the log is back by itself.</summary>
    internal static async Task<Receipt> Again(AuditLog log, AuditEntry entry)
    {
        using var enough = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (true)
            try
            {
                return await log.Append(entry);
            }
            catch (AuditUnavailableException) when (!enough.IsCancellationRequested && log.Failure is null)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, enough.Token);
            }
    }

    /// <summary>Appends until the log says why not.</summary>
    static async Task<AuditUnavailableException> Refused(AuditLog log, StoreFault fault)
    {
        using var enough = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (true)
        {
            var refused = await Assert.ThrowsAsync<AuditUnavailableException>(async () => await log.Append(Entry(99)));
            if (refused.Fault == fault && !refused.Message.Contains("57P01", StringComparison.Ordinal))
                return refused;
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, enough.Token);
        }
    }

    internal static async Task<IReadOnlyList<long>> Times(AuditLog log) =>
        [.. (await log.Store.Read(0, 1000, default)).Select(entry => AuditEntry.Parser.ParseFrom(entry.Content).TimeUnixMs)];
}
