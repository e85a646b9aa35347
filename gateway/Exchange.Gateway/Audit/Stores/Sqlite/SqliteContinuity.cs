using Dapper;
using Exchange.Hosting.Storage;
using Exchange.Protocol.Transparency;
using Microsoft.Data.Sqlite;

namespace Exchange.Gateway.Audit.Stores.Sqlite;

/// <summary>A file belongs to one log from its first day on, and has every number from 0 to its last.</summary>
static class SqliteContinuity
{
    public static void Claim(SqliteConnection connection, string path, string name, TimeProvider time)
    {
        connection.Execute("INSERT OR IGNORE INTO log (only, name, since_unix_ms) VALUES (1, @name, @since)",
            new { name, since = time.GetUtcNow().ToUnixTimeMilliseconds() });
        var owner = connection.QuerySingle<string>("SELECT name FROM log");
        if (owner != name)
            throw new StoreException(StoreFault.Foreign, $"{path} is the audit log '{owner}', not '{name}'; correct the name, or give this hub a file of its own");
    }

    /// <summary>How many entries the log has, once it is clear that none is missing and the last one is what its hash says.</summary>
    public static long Verify(SqliteConnection connection, string path)
    {
        var next = Next(connection);
        var count = connection.ExecuteScalar<long>("SELECT count(*) FROM entry");
        if (count != next)
            throw new StoreException(StoreFault.Foreign, $"{path} holds {count} entries and its last number is {next - 1}: some are missing. Keep the file as it is, and restore a whole copy");
        if (next > 0)
            VerifyLast(connection, path, next - 1);
        return next;
    }

    public static long Next(SqliteConnection connection) => connection.ExecuteScalar<long>("SELECT coalesce(max(number) + 1, 0) FROM entry");

    static void VerifyLast(SqliteConnection connection, string path, long number)
    {
        var (content, leafHash) = connection.QuerySingle<(byte[], byte[])>("SELECT content, leaf_hash FROM entry WHERE number = @number", new { number });
        if (!TreeHash.Leaf(content).AsSpan().SequenceEqual(leafHash))
            throw new StoreException(StoreFault.Foreign, $"{path}: entry {number} is not what its hash says. Keep the file as it is, and restore a whole copy");
    }
}
