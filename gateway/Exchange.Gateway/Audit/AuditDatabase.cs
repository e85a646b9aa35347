using Exchange.Hosting.Configuration;
using Exchange.Hosting.Storage;
using Npgsql;

namespace Exchange.Gateway.Audit;

/// <summary>The PostgreSQL database in which entries are kept: the <c>audit</c> map of gateway.yaml. Several logs may share one.</summary>
/// <param name="ConnectionString">Of Npgsql, with the password; never in a message.</param>
public sealed record AuditDatabase(string ConnectionString)
{
    static readonly TimeSpan shortestLease = TimeSpan.FromSeconds(3), longestLease = TimeSpan.FromMinutes(10);

    static readonly TimeSpan shortestTimeout = TimeSpan.FromSeconds(1), longestTimeout = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long the log is kept for a hub that is not heard of; another one may take it afterwards. 3 s to 10 min; default 15 s. Long enough
    /// for a server to start again: a hub that comes back later finds its log taken only if another hub wanted it.
    /// </summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long the server may take to connect, or for one batch, before lookups are refused. 1 to 30 s; default 3 s, within the deadline of a usual lookup.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>A server that does not wait for its disk is taken too: a power cut then loses entries whose answers were released.</summary>
    public bool MayLoseEntries { get; init; }

    /// <summary>Server and database, for messages.</summary>
    public string Where => new NpgsqlConnectionStringBuilder(ConnectionString) is var named ? $"PostgreSQL {named.Host}:{named.Port}/{named.Database ?? named.Username}" : "";

    /// <summary>Without the password.</summary>
    public override string ToString() => Where;

    /// <returns>Null when something is wrong with it, which has been reported.</returns>
    internal static AuditDatabase? Read(YamlMap map, string folder)
    {
        var connection = NamedConnection.Read(map, folder);
        var database = new AuditDatabase(connection ?? "")
        {
            Lease = map.Duration("lease", shortestLease, longestLease, TimeSpan.FromSeconds(15)),
            Timeout = map.Duration("timeout", shortestTimeout, longestTimeout, TimeSpan.FromSeconds(3)),
            MayLoseEntries = map.Flag("may_lose_entries", false),
        };
        map.RefuseUnknownKeys();
        return connection is null ? null : database;
    }
}
