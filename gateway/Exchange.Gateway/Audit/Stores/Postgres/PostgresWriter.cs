using System.Data;
using Exchange.Hosting.Storage;
using Npgsql;
using NpgsqlTypes;

namespace Exchange.Gateway.Audit.Stores.Postgres;

/// <summary>One connection that holds the lease, and the statement that adds. One caller at a time.</summary>
sealed class PostgresWriter : IDisposable
{
    readonly NpgsqlConnection connection;
    readonly PostgresLease lease;
    readonly TimeSpan timeout;
    readonly NpgsqlCommand append, renew;
    readonly NpgsqlParameter<long> count = new();
    readonly NpgsqlParameter contents = new() { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea };
    readonly NpgsqlParameter hashes = new() { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea };
    string? warning;

    /// <summary>What was asked and not waited for to its end; it closes the connection.</summary>
    Task? left;

    PostgresWriter(NpgsqlConnection connection, PostgresLease lease, LeasedLog leased, TimeSpan timeout)
    {
        (this.connection, this.lease, Leased, this.timeout) = (connection, lease, leased, timeout);
        connection.Notice += (_, said) => warning = said.Notice.InvariantSeverity == "WARNING" ? said.Notice.SqlState : warning;
        // One statement is one transaction and one way there and back. Nothing is added unless the row is there under our token.
        append = new NpgsqlCommand("""
            WITH held AS (
              UPDATE log SET size = size + $3, expires = clock_timestamp() + $6 WHERE id = $1 AND token = $2 RETURNING id, size - $3 AS first
            ), added AS (
              INSERT INTO entry (log, number, content, leaf_hash)
              SELECT held.id, held.first + given.place - 1, given.content, given.leaf_hash
              FROM held, unnest($4, $5) WITH ORDINALITY AS given (content, leaf_hash, place)
            )
            SELECT first FROM held
            """, connection)
        {
            Parameters = { new NpgsqlParameter<int> { TypedValue = leased.Id }, new NpgsqlParameter<long> { TypedValue = leased.Token }, count, contents, hashes, lease.Lease() },
        };
        (contents.Value, hashes.Value) = (Array.Empty<byte[]>(), Array.Empty<byte[]>());
        append.Prepare();
        renew = new NpgsqlCommand("UPDATE log SET expires = clock_timestamp() + $3 WHERE id = $1 AND token = $2", connection)
        {
            Parameters = { new NpgsqlParameter<int> { TypedValue = leased.Id }, new NpgsqlParameter<long> { TypedValue = leased.Token }, lease.Lease() },
        };
    }

    public LeasedLog Leased { get; }

    /// <summary>The driver gives a connection up by itself after some errors, such as a full disk.</summary>
    public bool IsOpen => connection.FullState == ConnectionState.Open;

    /// <param name="take">The lease, on the new connection.</param>
    public static PostgresWriter Begin(AuditDatabase database, PostgresLease lease, Func<NpgsqlConnection, LeasedLog> take)
    {
        var connection = PostgresSession.Open(database);
        try
        {
            return new PostgresWriter(connection, lease, take(connection), database.Timeout);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <returns>The number of the first.</returns>
    /// <exception cref="StoreException">InUse: another hub has the lease; nothing was added. Unsure: added, and perhaps not as durable as asked for.</exception>
    /// <exception cref="NpgsqlException">As the server or the line says.</exception>
    /// <exception cref="TimeoutException">Nobody said anything.</exception>
    public long Append(IReadOnlyList<NewEntry> entries)
    {
        var (content, leafHash) = (new byte[entries.Count][], new byte[entries.Count][]);
        for (var i = 0; i < entries.Count; i++)
            (content[i], leafHash[i]) = (entries[i].Content, entries[i].LeafHash);
        count.TypedValue = entries.Count;
        (contents.Value, hashes.Value) = (content, leafHash);
        warning = null;
        if (Within(append.ExecuteScalarAsync()) is not long first)
            throw lease.Lost(connection);
        // So PostgreSQL says that a commit is on its own disk and was not waited for on a synchronous standby.
        return warning is null ? first : throw new StoreException(StoreFault.Unsure, $"PostgreSQL took the last entries with a warning ({warning}); they may not be on its standby");
    }

    public PostgresTail Tail(string where) => PostgresTail.Last(connection, Leased, where);

    /// <summary>The lease, once more for as long.</summary>
    /// <exception cref="StoreException">InUse: another hub took it in the meantime.</exception>
    public void Renew()
    {
        if (Within(renew.ExecuteNonQueryAsync()) == 0)
            throw lease.Lost(connection);
    }

    /// <summary>As far as it can be done; otherwise the lease runs out.</summary>
    public void Release()
    {
        if (left is not null)
            return;
        try
        {
            PostgresLease.Release(connection, Leased);
        }
        catch (NpgsqlException)
        {
        }
    }

    public void Dispose()
    {
        if (left is null)
            connection.Dispose();
        else
            left.ContinueWith(_ => connection.Dispose(), TaskScheduler.Default);
    }

    /// <summary>The driver's own time limit is no limit: when it has passed, a server that hangs is asked to cancel, and that is waited for.</summary>
    T Within<T>(Task<T> asked)
    {
        if (Task.WaitAny([asked], timeout) == 0)
            return asked.GetAwaiter().GetResult();
        left = asked;
        throw new TimeoutException();
    }
}
