using System.Data;
using System.Data.Common;
using System.Data.Odbc;
using Exchange.Hosting.Storage;
using Microsoft.Data.Sqlite;
using Npgsql;
using SQLitePCL;

namespace Exchange.Adapter.Sources.Databases;

/// <summary>What a table or query offers, asked when a mapping is read.</summary>
/// <param name="Columns">Null when it could not be asked.</param>
/// <param name="Problem">A mistake of the mapping: no such table, or a query that does not run.</param>
/// <param name="Away">Why the database cannot be reached now, which is no mistake of the mapping.</param>
/// <param name="Missing">What this machine lacks to reach it at all.</param>
sealed record Schema(IReadOnlyList<string>? Columns, IReadOnlyList<string> Tables, string? Problem = null, string? Away = null, string? Missing = null)
{
    const string SqliteTables = "SELECT name FROM sqlite_master WHERE type IN ('table', 'view')";
    const string PostgresTables = "SELECT table_name FROM information_schema.tables WHERE table_schema NOT IN ('pg_catalog', 'information_schema')";

    /// <summary>The standard's, Oracle's, SQLite's.</summary>
    static readonly string[] odbcTables =
    [
        "SELECT CONCAT(TABLE_SCHEMA, CONCAT('.', TABLE_NAME)) FROM INFORMATION_SCHEMA.TABLES",
        "SELECT OWNER || '.' || TABLE_NAME FROM ALL_TABLES WHERE OWNER NOT IN (SELECT USERNAME FROM ALL_USERS WHERE ORACLE_MAINTAINED = 'Y')",
        "SELECT 'main.' || name FROM sqlite_master WHERE type IN ('table', 'view')",
    ];

    static readonly string[] systemSchemas = ["pg_catalog.", "information_schema."];

    /// <param name="select">A table's <c>SELECT *</c>, or a query with its parameters.</param>
    public static Schema OfSqlite(string path, string select, IEnumerable<string> parameters)
    {
        try
        {
            using var connection = new SqliteConnection(SqliteDatabase.ConnectionString(path) + ";Pooling=False");
            connection.Open();
            try
            {
                using var command = Command(connection, select);
                foreach (var name in parameters)
                    command.Parameters.Add(new SqliteParameter("@" + name, DBNull.Value));
                // SQLite knows the columns only of a statement it runs; with every parameter NULL it finds nobody.
                return new Schema(Names(command, CommandBehavior.Default), []);
            }
            catch (SqliteException e)
            {
                return new Schema(null, Texts(Command(connection, SqliteTables)), e.Message);
            }
        }
        catch (SqliteException e)
        {
            return new Schema(null, [], $"the file cannot be read as SQLite: {raw.sqlite3_errstr(e.SqliteErrorCode).utf8_to_string()}");
        }
    }

    public static Schema OfPostgres(NpgsqlDataSource database, string select, IEnumerable<string> parameters)
    {
        try
        {
            using var connection = database.OpenConnection();
            try
            {
                using var command = Command(connection, select);
                foreach (var name in parameters)
                    command.Parameters.Add(new NpgsqlParameter(name, NpgsqlTypes.NpgsqlDbType.Unknown) { Value = DBNull.Value });
                return new Schema(Names(command, CommandBehavior.SchemaOnly), []);
            }
            catch (PostgresException e)
            {
                return new Schema(null, Texts(Command(connection, PostgresTables)), PostgresFaults.Explain(e));
            }
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            return new Schema(null, [], Away: PostgresFaults.Explain(e));
        }
    }

    /// <param name="select">With question marks, one for each parameter.</param>
    public static Schema OfOdbc(string connectionString, TimeSpan patience, string select, IEnumerable<string> parameters)
    {
        try
        {
            using var connection = OdbcConnections.Open(connectionString, patience);
            try
            {
                using var command = Command(connection, select);
                foreach (var name in parameters)
                    command.Parameters.Add(new OdbcParameter(name, OdbcType.VarChar, 1) { Value = DBNull.Value });
                // As with SQLite: not every driver knows the columns of a statement that was not run.
                return new Schema(Names(command, CommandBehavior.Default), []);
            }
            catch (OdbcException e) when (!OdbcFaults.IsLost(e))
            {
                return new Schema(null, [.. OdbcTables(connection).SelectMany(name => new[] { name, name[(name.IndexOf('.', StringComparison.Ordinal) + 1)..] })], OdbcFaults.Explain(e));
            }
        }
        catch (Exception e) when (OdbcFaults.Missing(e) is { } missing)
        {
            return new Schema(null, [], Missing: missing);
        }
        catch (OdbcException e)
        {
            return new Schema(null, [], Away: OdbcFaults.Explain(e));
        }
    }

    /// <summary>With the schema they are in, from the first catalogue there is; GetSchema does not work without cultures.</summary>
    public static List<string> OdbcTables(OdbcConnection connection)
    {
        foreach (var catalogue in odbcTables)
            try
            {
                return [.. Texts(Command(connection, catalogue)).Where(name => !systemSchemas.Any(schema => name.StartsWith(schema, StringComparison.Ordinal)))];
            }
            catch (OdbcException)
            {
                // It is another database's.
            }
        return [];
    }

    static DbCommand Command(DbConnection connection, string text)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // The text comes from the mapping file.
        command.CommandText = text;
#pragma warning restore CA2100
        return command;
    }

    static List<string> Names(DbCommand command, CommandBehavior behavior)
    {
        using var reader = command.ExecuteReader(behavior);
        return [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetName)];
    }

    static List<string> Texts(DbCommand command)
    {
        using (command)
        {
            using var reader = command.ExecuteReader();
            var texts = new List<string>();
            while (texts.Count < 1000 && reader.Read())
                texts.Add(reader.GetString(0));
            return texts;
        }
    }
}
