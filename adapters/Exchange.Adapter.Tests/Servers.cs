using Npgsql;

namespace Exchange.Adapter.Tests;

/// <summary>Servers that only some machines have; a test without its server is skipped, or fails where all are required.</summary>
static class Servers
{
    public static string Postgres => Of("EXCHANGE_POSTGRES", "a connection string of PostgreSQL");

    public static string Redis => Of("EXCHANGE_REDIS", "host:port of a Redis server");

    public static string OdbcSqlite => Of("EXCHANGE_ODBC_SQLITE", "the name of an ODBC driver of SQLite, such as SQLite3 of libsqliteodbc,");

    public static string OdbcPostgres => Of("EXCHANGE_ODBC_POSTGRES", "a connection string of ODBC that leads to a PostgreSQL");

    /// <summary>As somebody would paste it into psql.</summary>
    public static async Task Run(string postgres, string sql)
    {
        await using var database = NpgsqlDataSource.Create(postgres);
#pragma warning disable CA2100 // A test's own words.
        await using var command = database.CreateCommand(sql);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync();
    }

    static string Of(string variable, string what)
    {
        if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value)
            return value;
        var reason = $"needs {what} in {variable}";
        if (Environment.GetEnvironmentVariable("EXCHANGE_REQUIRE_SERVERS") == "1")
            Assert.Fail(reason);
        Assert.Skip(reason);
        return "";
    }
}
