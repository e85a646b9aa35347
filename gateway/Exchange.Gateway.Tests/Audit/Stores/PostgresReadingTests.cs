using Exchange.Gateway.Audit.Stores.Postgres;
using Exchange.Gateway.Audit.Telling;
using Exchange.Gateway.Commands;
using Exchange.Gateway.Tests.Audit.Checks;
using Exchange.Hosting.Commands;
using Exchange.Hosting.Storage;
using Exchange.Protocol.Transparency;
using Npgsql;

namespace Exchange.Gateway.Tests.Audit.Stores;

/// <summary>Checks and searches of a log whose entries are in a database, and the accounts that may do what.</summary>
public sealed class PostgresReadingTests : IAsyncLifetime
{
    readonly string role = $"hub_{Guid.NewGuid():N}";
    OwnDatabase database = null!;

    public async ValueTask InitializeAsync() => database = await OwnDatabase.Create(Servers.Postgres);

    public async ValueTask DisposeAsync()
    {
        if (database is not null)
            await database.DisposeAsync();
    }

    [Fact]
    public async Task A_log_is_verified_searched_and_copied_beside_its_hub()
    {
        await using var log = await KeptLog.Written(600, newer: 20, database.Options());
        log.Begin();

        Bad.Nothing(await log.Verify(receipts: null));
        Bad.Nothing(await log.Verify(receipts: [KeptLog.Given(log.Receipts[300])]));
        Bad.Nothing(await log.Fsck());
        await using var reader = log.Open();
        using var progress = new Progress(TextWriter.Null, isTerminal: false, TimeProvider.System);
        var found = new List<string>();
        await foreach (var row in SearchCommand.Find(reader, new EntryFilter { RequestId = KeptLog.RequestId(333).ToByteArray() }, newestFirst: true, progress, default))
            found.Add(row["entry"]);
        Assert.Equal(["333"], found);
        var copy = Path.Combine(log.Folder, "copy");
        Assert.Equal(600ul, await TileExport.Write(reader, copy, withEntries: true, progress, default));
        await using var copied = new Exchange.Gateway.Audit.Reading.TileFolder(copy);
        Bad.Nothing(await log.Verify(from: copied));
    }

    [Theory]
    [InlineData("UPDATE entry SET content = '\\x0a' WHERE number = 17", "ENTRY_CHANGED")]
    [InlineData("DELETE FROM entry WHERE number = 300", "ENTRY_MISSING")]
    [InlineData("DELETE FROM entry WHERE number >= 500; UPDATE log SET size = 500", "ROLLED_BACK")]
    [InlineData("DELETE FROM entry WHERE number = 619", "ENTRY_MISSING")]
    [InlineData("DROP TRIGGER entry_is_never_emptied ON entry", "SCHEMA_CHANGED")]
    [InlineData("CREATE OR REPLACE FUNCTION audit_only_grows() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'", "SCHEMA_CHANGED")]
    [InlineData("INSERT INTO schemaversions (scriptname, applied) VALUES ('0099_later.sql', now())", "SCHEMA_NEWER")]
    public async Task What_somebody_did_to_the_database_is_named(string crime, string fault)
    {
        await using var log = await KeptLog.Written(600, newer: 20, database.Options());
        await database.Tamper(crime);

        Assert.Contains(Bad.Named(fault), Bad.Faults(await log.Fsck()));
    }

    [Fact]
    public async Task A_guard_that_was_turned_off_is_named()
    {
        await using var log = await KeptLog.Written(3, database: database.Options());
        await database.Run("ALTER TABLE entry DISABLE TRIGGER entry_is_never_changed");
        Bad.Only(LogFault.SchemaChanged, "trigger entry_is_never_changed", await log.Fsck());
    }

    [Fact]
    public async Task The_account_of_a_hub_reads_and_adds_and_can_neither_change_nor_remove_nor_make_tables()
    {
        await database.OnServer($"CREATE ROLE {role} LOGIN PASSWORD 'x'");
        try
        {
            var hub = database.Options() with { ConnectionString = new NpgsqlConnectionStringBuilder(database.ConnectionString) { Username = role, Password = "x" }.ToString() };
            var missing = await Assert.ThrowsAsync<StoreException>(() => KeptLog.Written(1, database: hub));
            Assert.Contains("audit prepare", missing.Message);

            PostgresTables.Prepare(database.Options(), role);
            PostgresTables.Prepare(database.Options(), role);

            await using var log = await KeptLog.Written(300, database: hub);
            Bad.Nothing(await log.Verify());
            Bad.Nothing(await log.Fsck());
            foreach (var crime in new[]
            {
                "UPDATE entry SET content = leaf_hash", "DELETE FROM entry", "TRUNCATE entry", "DELETE FROM log", "UPDATE log SET name = 'other'", "DROP TABLE entry",
                "ALTER TABLE entry DISABLE TRIGGER entry_is_never_changed", "CREATE TABLE other (one int)",
            })
            {
                await using var thief = new NpgsqlConnection(hub.ConnectionString);
                await thief.OpenAsync();
                await using var command = new NpgsqlCommand(crime, thief);
                Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, (await Assert.ThrowsAsync<PostgresException>(async () => await command.ExecuteNonQueryAsync())).SqlState);
            }
        }
        finally
        {
            await database.Run($"DROP OWNED BY {role}");
            await database.OnServer($"DROP ROLE {role}");
        }
    }
}
