using Exchange.Hosting.Storage;
using Npgsql;

namespace Exchange.Gateway.Audit.Stores.Postgres;

/// <summary>A connection of the writer's: what it commits is on the disk of a server that takes writes.</summary>
static class PostgresSession
{
    /// <exception cref="StoreException">Refused: the server is a standby, or does not wait for its disk.</exception>
    /// <exception cref="NpgsqlException">It cannot be reached.</exception>
    public static NpgsqlConnection Open(AuditDatabase database)
    {
        var connection = new NpgsqlConnection(Settings(database).ToString());
        try
        {
            connection.Open();
            SetUp(connection, database);
            Verify(connection, database);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>What every connection to the database has.</summary>
    public static NpgsqlConnectionStringBuilder Settings(AuditDatabase database)
    {
        var seconds = (int)Math.Ceiling(database.Timeout.TotalSeconds);
        var settings = new NpgsqlConnectionStringBuilder(database.ConnectionString)
        {
            ApplicationName = "exchange-gateway",
            IncludeErrorDetail = false,
            Pooling = false,
            Timeout = seconds,
            CommandTimeout = seconds,
            CancellationTimeout = -1,
            MaxAutoPrepare = 0,
            Enlist = false,
        };
        // Of several servers only one takes writes, and only that one has every entry.
        if (settings.Host?.Contains(',', StringComparison.Ordinal) == true)
            settings.TargetSessionAttributes = "primary";
        return settings;
    }

    /// <summary>The server gives up before this side does, so that mostly it is known what became of a batch.</summary>
    static void SetUp(NpgsqlConnection connection, AuditDatabase database)
    {
        using var command = new NpgsqlCommand("""
            SELECT set_config('statement_timeout', $1, false),
              set_config('default_transaction_isolation', 'read committed', false),
              set_config('synchronous_commit', CASE current_setting('synchronous_commit') WHEN 'remote_apply' THEN 'remote_apply' ELSE 'on' END, false)
            """, connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = $"{database.Timeout.TotalMilliseconds * 0.8:F0}ms" });
        command.ExecuteNonQuery();
    }

    static void Verify(NpgsqlConnection connection, AuditDatabase database)
    {
        using var command = new NpgsqlCommand("""
            SELECT pg_is_in_recovery(), current_setting('default_transaction_read_only') = 'on', current_setting('synchronous_commit'),
              current_setting('fsync') = 'on', current_setting('full_page_writes') = 'on'
            """, connection);
        using var row = command.ExecuteReader();
        row.Read();
        if (row.GetBoolean(0))
            throw new StoreException(StoreFault.Refused, $"{database.Where} is a standby and takes no entries; name the primary, or all of them: Host=one,two");
        if (row.GetBoolean(1))
            throw new StoreException(StoreFault.Refused, $"{database.Where} takes no writes (default_transaction_read_only = on); let it, for the account of the hub");
        if (row.GetString(2) is var commit and not ("on" or "remote_apply"))
            throw new StoreException(StoreFault.Refused, $"{database.Where} has synchronous_commit = {commit} though it was set: connect to the server itself, and not to a pooler");
        if (!database.MayLoseEntries && !(row.GetBoolean(3) && row.GetBoolean(4)))
            throw new StoreException(StoreFault.Refused,
                $"{database.Where} has {(row.GetBoolean(3) ? "full_page_writes" : "fsync")} = off: a power cut would lose entries whose answers were released. Turn it on, or, where that is no matter, write may_lose_entries: true under audit");
    }
}
