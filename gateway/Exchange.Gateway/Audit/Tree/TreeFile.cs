using Dapper;
using Exchange.Hosting.Storage;
using Exchange.Protocol.Transparency;
using Microsoft.Data.Sqlite;

namespace Exchange.Gateway.Audit.Tree;

/// <summary>
/// The newest checkpoint and the hashes above the leaves, in a file of its own, best on another disk than the log's:
/// whichever of the two is put back to an older copy, they no longer fit each other, and that is noticed.
/// </summary>
sealed class TreeFile : IDisposable
{
    readonly SqliteConnection connection;
    readonly Lock gate = new();

    TreeFile(SqliteStore store, SqliteConnection connection) => (Store, this.connection) = (store, connection);

    public SqliteStore Store { get; }

    /// <exception cref="StoreException">Foreign: the file is another log's, or its checkpoints were signed with another key.</exception>
    public static TreeFile Open(string path, NoteKey key)
    {
        var store = new SqliteStore(path, Durability.Disk);
        store.Create();
        Migrations.Run(store.ConnectionString, typeof(TreeFile).Assembly, "Exchange.Gateway.Audit.Tree.Migrations.");
        var connection = store.Open();
        try
        {
            connection.Execute("INSERT OR IGNORE INTO log (only, name, key) VALUES (1, @Name, @Text)", new { key.Name, Text = key.ToString() });
            var (name, text) = connection.QuerySingle<(string, string)>("SELECT name, key FROM log");
            if (name != key.Name || text != key.ToString())
                throw new StoreException(StoreFault.Foreign, $"{store.Path} has the checkpoints of '{name}', signed with {text}; use its name and its key, or begin a new log in an empty folder");
            return new TreeFile(store, connection);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>The newest checkpoint that was published; null before the first.</summary>
    public string? Published()
    {
        lock (gate)
            return connection.ExecuteScalar<string?>("SELECT note FROM checkpoint");
    }

    /// <summary>How many hashes a level has.</summary>
    public ulong Count(int level)
    {
        lock (gate)
            return (ulong)connection.ExecuteScalar<long>("SELECT coalesce(max(place) + 1, 0) FROM node WHERE level = @level", new { level });
    }

    /// <summary>Durable when it returns.</summary>
    /// <param name="place">Of the first.</param>
    public void Add(int level, ulong place, IReadOnlyList<byte[]> hashes)
    {
        lock (gate)
        {
            using var transaction = connection.BeginTransaction();
            connection.Execute("INSERT INTO node (level, place, hash) VALUES (@level, @place, @hash)",
                hashes.Select((hash, i) => new { level, place = (long)place + i, hash }), transaction);
            transaction.Commit();
        }
    }

    /// <summary>Durable when it returns.</summary>
    public void Publish(ulong size, string note)
    {
        lock (gate)
            connection.Execute("INSERT INTO checkpoint (only, size, note) VALUES (1, @size, @note) ON CONFLICT DO UPDATE SET size = excluded.size, note = excluded.note", new { size = (long)size, note });
    }

    public void Dispose() => connection.Dispose();
}
