using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using Exchange.Hosting.Storage;
using Npgsql;

namespace Exchange.Gateway.Audit.Stores.Postgres;

/// <summary>
/// The right to add to one log of a database, kept in its row for a while by the server's clock. Each taking raises the token, and a batch
/// counts only under the token of now: whoever was superseded can add nothing, however wrong the clocks are.
/// </summary>
/// <param name="database">Of the log.</param>
/// <param name="name">Of the log.</param>
/// <param name="place">
/// The state folder, by a name drawn for it and the machine's. Only one process at a time is in it, which the operating system sees to, so
/// the next one may take over at once from one that died.
/// </param>
sealed class PostgresLease(AuditDatabase database, string name, string place, TimeProvider time)
{
    /// <summary>Drawn for this start: nobody else ever has it, so a taking whose answer was lost is still known for our own.</summary>
    readonly string session = RandomNumberGenerator.GetHexString(32, lowercase: true);

    readonly string holder = string.Create(CultureInfo.InvariantCulture,
        $"process {Environment.ProcessId} ({Assembly.GetEntryAssembly()?.GetName().Name}) on {Environment.MachineName} since {time.GetUtcNow():yyyy-MM-dd HH:mm:ss}Z");

    /// <summary>Takes it at the start of a process.</summary>
    /// <exception cref="StoreException">InUse: another hub has it.</exception>
    public LeasedLog Take(NpgsqlConnection connection)
    {
        using (var begin = new NpgsqlCommand("INSERT INTO log (name) SELECT $1 WHERE NOT EXISTS (SELECT FROM log WHERE name = $1) ON CONFLICT DO NOTHING", connection) { Parameters = { Text(name) } })
            begin.ExecuteNonQuery();
        using var take = new NpgsqlCommand("""
            UPDATE log SET token = token + 1, expires = clock_timestamp() + $2, holder = $3, place = $4, session = $5
            WHERE name = $1 AND (expires < clock_timestamp() OR place = $4)
            RETURNING id, token, size
            """, connection)
        { Parameters = { Text(name), Lease(), Text(holder), Text(place), Text(session) } };
        return Read(take) ?? throw InUse(connection, "stop that hub, give this one another name, or wait");
    }

    /// <summary>
    /// Takes it again on a new connection, from ourselves. Afterwards nothing that an earlier connection sent can still be
    /// added: it either is there already or never will be.
    /// </summary>
    /// <exception cref="StoreException">InUse: another hub took it in the meantime.</exception>
    public LeasedLog Regain(NpgsqlConnection connection)
    {
        using var regain = new NpgsqlCommand("UPDATE log SET token = token + 1, expires = clock_timestamp() + $3 WHERE name = $1 AND session = $2 RETURNING id, token, size", connection)
        { Parameters = { Text(name), Text(session), Lease() } };
        return Read(regain) ?? throw Lost(connection);
    }

    /// <summary>Whoever comes next need not wait.</summary>
    public static void Release(NpgsqlConnection connection, LeasedLog leased)
    {
        using var release = new NpgsqlCommand("UPDATE log SET expires = '-infinity' WHERE id = $1 AND token = $2", connection)
        { Parameters = { Number(leased.Id), Number(leased.Token) } };
        release.ExecuteNonQuery();
    }

    /// <summary>Another hub writes this log now.</summary>
    public StoreException Lost(NpgsqlConnection connection) => InUse(connection, "what this one was given since is not in the log. Find out which of the two should run, and stop the other");

    public NpgsqlParameter<TimeSpan> Lease() => new() { TypedValue = database.Lease };

    StoreException InUse(NpgsqlConnection connection, string remedy)
    {
        using var who = new NpgsqlCommand("SELECT holder, expires FROM log WHERE name = $1", connection) { Parameters = { Text(name) } };
        using var row = who.ExecuteReader();
        var held = row.Read() ? string.Create(CultureInfo.InvariantCulture, $"{row.GetString(0)} until {row.GetDateTime(1):yyyy-MM-dd HH:mm:ss}Z, longer while it runs") : "nobody: its row is gone";
        return new StoreException(StoreFault.InUse, $"{database.Where}: the log '{name}' is held by {held}; {remedy}");
    }

    static LeasedLog? Read(NpgsqlCommand command)
    {
        using var row = command.ExecuteReader();
        return row.Read() ? new LeasedLog(row.GetInt32(0), row.GetInt64(1), row.GetInt64(2)) : null;
    }

    static NpgsqlParameter<string> Text(string value) => new() { TypedValue = value };

    static NpgsqlParameter<long> Number(long value) => new() { TypedValue = value };
}

/// <param name="Id">Of the log's row.</param>
/// <param name="Size">Entries it had when the lease was taken.</param>
sealed record LeasedLog(int Id, long Token, long Size);
