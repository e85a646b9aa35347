using System.Data.Common;
using System.Data.Odbc;
using System.Runtime.CompilerServices;
using Exchange.Adapter.Sources.Databases;
using Exchange.Adapter.Sources.Mapping;
using Exchange.Hosting.Storage;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Exchange.Adapter.Sources.People;

/// <summary>People in a table of a database.</summary>
public sealed class PeopleTable : IPeople
{
    readonly Func<DbConnection> connect;
    readonly string table, keyColumn;

    PeopleTable(Func<DbConnection> connect, string table, string keyColumn, string numberColumn)
    {
        this.connect = connect;
        this.table = table;
        this.keyColumn = keyColumn;
        NumberColumn = numberColumn;
    }

    /// <exception cref="ArgumentException">A name is not one of a table or column.</exception>
    public static PeopleTable InSqlite(string path, string table, string keyColumn, string numberColumn) =>
        new(() => new SqliteConnection(SqliteDatabase.ConnectionString(path) + ";Pooling=False"), table, keyColumn, numberColumn);

    /// <exception cref="ArgumentException">A name is not one of a table or column.</exception>
    public static PeopleTable InPostgres(string connectionString, string table, string keyColumn, string numberColumn) =>
        new(() => new NpgsqlConnection(connectionString), table, keyColumn, numberColumn);

    /// <exception cref="ArgumentException">A name is not one of a table or column.</exception>
    public static PeopleTable InOdbc(string connectionString, string table, string keyColumn, string numberColumn) =>
        new(() => new OdbcConnection(connectionString), table, keyColumn, numberColumn);

    public string NumberColumn { get; }

    public async IAsyncEnumerable<Person> Read(Action<BadLine> bad, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        await using var connection = connect();
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Names are checked and quoted.
        command.CommandText = $"SELECT {SqlName.Column(keyColumn)}, {SqlName.Column(NumberColumn)} FROM {SqlName.Table(table)} t";
#pragma warning restore CA2100
        await using var reader = await Guard(async () =>
        {
            await connection.OpenAsync(cancellation);
            return await command.ExecuteReaderAsync(cancellation);
        });
        var lines = new PersonLines(keyColumn, NumberColumn);
        for (var row = 1; await Guard(() => reader.ReadAsync(cancellation)); row++)
            if (lines.Check(Text(reader, 0), Text(reader, 1), row, bad) is { } person)
                yield return person;
    }

    static string Text(DbDataReader reader, int ordinal) => reader.GetValue(ordinal) is var cell and not DBNull ? CellConversion.Text(cell) ?? "" : "";

    async Task<T> Guard<T>(Func<Task<T>> read)
    {
        try
        {
            return await read();
        }
        catch (SqliteException e)
        {
            throw new SourceException(table, $"SQLite cannot read it (code {e.SqliteExtendedErrorCode})");
        }
        catch (Exception e) when (e is OdbcException or DllNotFoundException)
        {
            throw new SourceException(table, OdbcFaults.Explain(e));
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            throw new SourceException(table, PostgresFaults.Explain(e));
        }
    }
}
