using Dapper;
using Exchange.Gateway.Audit;
using Npgsql;

namespace Exchange.Gateway.Tests.Audit.Stores;

/// <summary>A database of a test's own, on a server that is there.</summary>
sealed class OwnDatabase : IAsyncDisposable
{
    readonly string server;
    readonly string name = $"audit_{Guid.NewGuid():N}";

    OwnDatabase(string server) => this.server = server;

    public string ConnectionString => new NpgsqlConnectionStringBuilder(server) { Database = name, Pooling = false }.ToString();

    /// <param name="with">What else CREATE DATABASE is told.</param>
    public static async Task<OwnDatabase> Create(string server, string with = "")
    {
        var database = new OwnDatabase(server);
        await database.OnServer($"CREATE DATABASE {database.name} {with}");
        return database;
    }

    /// <summary>As its owner, beside whoever writes.</summary>
    public async Task Run(string sql, object? values = null)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.ExecuteAsync(sql, values);
    }

    public async Task<T> Ask<T>(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        return await connection.QuerySingleAsync<T>(sql);
    }

    /// <summary>As somebody does who owns the tables and takes their guards away.</summary>
    public Task Tamper(string sql, object? values = null) =>
        Run($"ALTER TABLE entry DISABLE TRIGGER USER; ALTER TABLE log DISABLE TRIGGER USER; {sql}; ALTER TABLE entry ENABLE TRIGGER USER; ALTER TABLE log ENABLE TRIGGER USER", values);

    /// <summary>Ends every connection of the hub's.</summary>
    public Task<int> Cut() => Ask<int>("SELECT count(pg_terminate_backend(pid))::int FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'exchange-gateway'");

    /// <summary>The lease has run out, as if nobody had renewed it for long.</summary>
    public Task Expire() => Run("UPDATE log SET expires = clock_timestamp() - interval '1 second'");

    public async Task OnServer(string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(server) { Pooling = false }.ToString());
        await connection.ExecuteAsync(sql);
    }

    public AuditDatabase Options(int? port = null) => new(port is { } other ? new NpgsqlConnectionStringBuilder(ConnectionString) { Host = "127.0.0.1", Port = other }.ToString() : ConnectionString)
    {
        Lease = TimeSpan.FromSeconds(30),
        Timeout = TimeSpan.FromSeconds(1),
    };

    public async ValueTask DisposeAsync() => await OnServer($"DROP DATABASE {name} WITH (FORCE)");
}
