using System.Reflection;
using DbUp;
using DbUp.Builder;
using DbUp.Engine;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Exchange.Hosting.Storage;

/// <summary>Brings a SQLite file or a PostgreSQL database to the schema of this program, with numbered scripts embedded in an assembly.</summary>
public static class Migrations
{
    /// <summary>Drawn once; whoever migrates a database of this program holds it there.</summary>
    const long MigrationLock = 0x6578_6368_616e_6765;

    static readonly TimeSpan longestMigration = TimeSpan.FromMinutes(10);

    /// <summary>Each script runs in a transaction of its own and never again; scripts are only ever added.</summary>
    /// <param name="prefix">Of the resource names, up to the four digits that number a script: <c>Exchange.Gateway.Audit.Migrations.</c></param>
    /// <exception cref="StoreException">Foreign: the file was written by a newer program, and is left untouched. Failed: a script did not run.</exception>
    public static void Run(string connectionString, Assembly assembly, string prefix)
    {
        var store = new SqliteConnectionStringBuilder(connectionString).DataSource;
        Run(DeployChanges.To.SqliteDatabase(connectionString), store, Scripts(assembly, prefix));
    }

    /// <summary>As <see cref="Run(string, Assembly, string)"/>, in a PostgreSQL database, where others may be about to do the same: they wait for each other.</summary>
    /// <exception cref="StoreException">
    /// Foreign: a newer program was here, or these tables are not there and this account may not make them. Refused: the server cannot be reached.
    /// </exception>
    public static void RunOnPostgres(string connectionString, Assembly assembly, string prefix)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false };
        var store = $"PostgreSQL {settings.Host}:{settings.Port}/{settings.Database}";
        try
        {
            using var connection = new NpgsqlConnection(settings.ToString());
            connection.Open();
            // Held until the connection ends, however it ends.
            using var wait = new NpgsqlCommand("SELECT pg_advisory_lock($1)", connection) { Parameters = { new NpgsqlParameter { Value = MigrationLock } }, CommandTimeout = (int)longestMigration.TotalSeconds };
            wait.ExecuteNonQuery();
            Run(DeployChanges.To.PostgresqlDatabase(settings.ToString()), store, Scripts(assembly, prefix));
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            throw new StoreException(StoreFault.Refused, $"{store}: {PostgresFaults.Explain(e)}", e);
        }
    }

    static void Run(UpgradeEngineBuilder builder, string store, SqlScript[] scripts)
    {
        var upgrader = builder
            .WithScripts(scripts)
            .WithTransactionPerScript()
            .WithVariablesDisabled()
            .LogToNowhere()
            .Build();

        var newer = upgrader.GetExecutedScripts().Except(scripts.Select(script => script.Name)).Order(StringComparer.Ordinal).ToArray();
        if (newer.Length > 0)
            throw new StoreException(StoreFault.Foreign,
                $"{store} was written by a newer version of this program: it holds {string.Join(", ", newer)}, and this version ends with {scripts[^1].Name}. Start the newer version, or restore the copy made before it.");

        var result = upgrader.PerformUpgrade();
        if (result.Error is PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege })
            throw new StoreException(StoreFault.Foreign,
                $"{store} has not all the tables of this version, and this account may not make them: {result.Error.Message} Let their owner make them first", result.Error);
        if (!result.Successful)
            throw new StoreException(StoreFault.Failed, $"{store}: {result.ErrorScript?.Name} did not run: {result.Error.Message}", result.Error);
    }

    /// <summary>What a file of this program was made with, to hold one against it.</summary>
    public static IReadOnlyList<(string Name, string Text)> Read(Assembly assembly, string prefix) =>
        [.. Scripts(assembly, prefix).Select(script => (script.Name, script.Contents))];

    static SqlScript[] Scripts(Assembly assembly, string prefix)
    {
        var names = assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal) && name.EndsWith(".sql", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal).ToArray();
        if (names.Length == 0)
            throw new InvalidOperationException($"{assembly.GetName().Name} embeds no script under {prefix}");
        for (var i = 0; i < names.Length; i++)
            if (!names[i].AsSpan(prefix.Length).StartsWith($"{i + 1:D4}_", StringComparison.Ordinal))
                throw new InvalidOperationException($"{names[i]} should be number {i + 1:D4} under {prefix}");
        return [.. names.Select(name => new SqlScript(name[prefix.Length..], Text(assembly, name)))];
    }

    static string Text(Assembly assembly, string name)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
