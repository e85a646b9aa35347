using Npgsql;

namespace Exchange.Hammer.Kills;

/// <summary>An empty database of the drill's own, in which the hub keeps its log; its connection string is in an environment variable, which the hub inherits.</summary>
sealed class DrillDatabase
{
    public const string Variable = "EXCHANGE_DRILL_LOG";

    readonly string server, name;

    DrillDatabase(string server, string name) => (this.server, this.name) = (server, name);

    /// <param name="server">A connection string of somebody who may create databases.</param>
    /// <exception cref="NpgsqlException">There is no such server, or it does not let them.</exception>
    public static async Task<DrillDatabase> Create(string server)
    {
        var made = new DrillDatabase(server, $"drill_{Guid.NewGuid():N}");
        await made.Run($"CREATE DATABASE {made.name}").ConfigureAwait(false);
        Environment.SetEnvironmentVariable(Variable, new NpgsqlConnectionStringBuilder(server) { Database = made.name }.ToString());
        return made;
    }

    public Task Drop() => Run($"DROP DATABASE {name} WITH (FORCE)");

    async Task Run(string sql)
    {
        await using var connection = new NpgsqlConnection(server);
        await connection.OpenAsync().ConfigureAwait(false);
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The name is this class's own.
        command.CommandText = sql;
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync().ConfigureAwait(false);
    }
}
