using Dapper;
using Exchange.Hosting.Storage;
using Microsoft.Data.Sqlite;

namespace Exchange.Gateway.Audit;

/// <summary>A file belongs to one log from its first day on.</summary>
static class AuditIdentity
{
    public static void Claim(SqliteConnection connection, string path, string name, TimeProvider time)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        connection.Execute("INSERT OR IGNORE INTO log (only, name, since_unix_ms) VALUES (1, @name, @since)",
            new { name, since = time.GetUtcNow().ToUnixTimeMilliseconds() });
        var owner = connection.QuerySingle<string>("SELECT name FROM log");
        if (owner != name)
            throw new StoreException(StoreFault.Foreign, $"{path} is the audit log '{owner}', not '{name}'; correct the name, or give this hub a file of its own");
    }
}
