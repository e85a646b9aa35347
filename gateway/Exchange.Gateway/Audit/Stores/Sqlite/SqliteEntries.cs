using Dapper;
using Exchange.Hosting.Storage;
using Microsoft.Data.Sqlite;

namespace Exchange.Gateway.Audit.Stores.Sqlite;

/// <summary>Entries in a file of their own, kept to this process by a lock of the operating system.</summary>
sealed class SqliteEntries : IEntryStore
{
    /// <summary>Of its scripts among the resources.</summary>
    public const string Scripts = "Exchange.Gateway.Audit.Stores.Sqlite.Migrations.";

    readonly SqliteStore store;
    readonly StoreLock held;
    readonly SqliteConnection connection;
    readonly WalCheckpoints checkpoints;
    readonly SqliteBatch batch;
    readonly SqliteStatement insert;

    // The writer's thread alone: what the next entry is numbered; null when it must be read from the file.
    long? next;
    StoreException? trouble;

    SqliteEntries(SqliteStore store, StoreLock held, SqliteConnection connection, long size)
    {
        (this.store, this.held, this.connection) = (store, held, connection);
        next = Size = size;
        checkpoints = new WalCheckpoints(store, connection);
        batch = new SqliteBatch(connection, "audit");
        insert = new SqliteStatement(connection, "INSERT INTO entry (number, content, leaf_hash) VALUES (?1, ?2, ?3)");
    }

    public string Where => store.Path;

    public long Size { get; }

    public StoreException? Trouble => Volatile.Read(ref trouble);

    /// <exception cref="StoreException">
    /// InUse: another process writes it. Foreign: the file is another log's, has a gap, or was written by a newer version.
    /// </exception>
    public static SqliteEntries Open(AuditOptions options, TimeProvider time)
    {
        var store = new SqliteStore(options.Path, Durability.Disk) { LargestBytes = options.LargestBytes, BusyTimeout = options.BusyTimeout };
        Folder.CreateForOwner(Path.GetDirectoryName(store.Path)!);
        var held = StoreLock.Take(store.Path, time);
        SqliteConnection? connection = null;
        try
        {
            store.Create();
            Migrations.Run(store.ConnectionString, typeof(SqliteEntries).Assembly, Scripts);
            connection = store.Open();
            SqliteContinuity.Claim(connection, store.Path, options.Name, time);
            return new SqliteEntries(store, held, connection, SqliteContinuity.Verify(connection, store.Path));
        }
        catch
        {
            connection?.Dispose();
            held.Dispose();
            throw;
        }
    }

    public long Append(IReadOnlyList<NewEntry> entries)
    {
        try
        {
            // Unknown until the commit has returned: a batch that failed may be there all the same.
            var first = next ?? SqliteContinuity.Next(connection);
            next = null;
            batch.Run(() =>
            {
                for (var i = 0; i < entries.Count; i++)
                {
                    insert.Bind(1, first + i);
                    insert.Bind(2, entries[i].Content);
                    insert.Bind(3, entries[i].LeafHash);
                    insert.Run();
                }
            });
            next = first + entries.Count;
            Volatile.Write(ref trouble, null);
            return first;
        }
        catch (StoreException e)
        {
            Volatile.Write(ref trouble, e);
            throw;
        }
    }

    public async ValueTask<IReadOnlyList<KeptEntry>> Read(long from, long to, CancellationToken cancelled)
    {
        cancelled.ThrowIfCancellationRequested();
        await using var reading = store.OpenToRead();
        return [.. await reading.QueryAsync<KeptEntry>("SELECT number, content, leaf_hash AS leafHash FROM entry WHERE number >= @from AND number < @to ORDER BY number", new { from, to }).ConfigureAwait(false)];
    }

    public async ValueTask<IReadOnlyList<byte[]>> LeafHashes(long from, long to, CancellationToken cancelled)
    {
        cancelled.ThrowIfCancellationRequested();
        await using var reading = store.OpenToRead();
        return [.. await reading.QueryAsync<byte[]>("SELECT leaf_hash FROM entry WHERE number >= @from AND number < @to ORDER BY number", new { from, to }).ConfigureAwait(false)];
    }

    public ValueTask DisposeAsync()
    {
        insert.Dispose();
        batch.Dispose();
        checkpoints.Dispose();
        connection.Dispose();
        held.Dispose();
        return ValueTask.CompletedTask;
    }
}
