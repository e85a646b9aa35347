using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Exchange.Hosting.Storage;

/// <summary>
/// A statement prepared once and run very often, without the allocations of a command: parameters are bound by number, from 1.
/// Used by one thread at a time, and disposed before its connection.
/// </summary>
public sealed class SqliteStatement : IDisposable
{
    readonly sqlite3 database;
    readonly sqlite3_stmt statement;

    public SqliteStatement(SqliteConnection connection, string sql)
    {
        database = connection.Handle!;
        Check(raw.sqlite3_prepare_v2(database, sql, out statement));
    }

    public void Bind(int parameter, long value) => Check(raw.sqlite3_bind_int64(statement, parameter, value));

    public void Bind(int parameter, string value)
    {
        Span<byte> stack = stackalloc byte[512];
        var text = value.Length * 3 <= stack.Length ? stack[..Encoding.UTF8.GetBytes(value, stack)] : Encoding.UTF8.GetBytes(value);
        BindText(parameter, text);
    }

    /// <summary>A text in UTF-8; it is copied.</summary>
    public void BindText(int parameter, ReadOnlySpan<byte> value) =>
        Check(value.IsEmpty ? raw.sqlite3_bind_text(statement, parameter, "") : raw.sqlite3_bind_text(statement, parameter, value));

    /// <summary>The bytes are copied.</summary>
    public void Bind(int parameter, ReadOnlySpan<byte> value) =>
        Check(value.IsEmpty ? raw.sqlite3_bind_zeroblob(statement, parameter, 0) : raw.sqlite3_bind_blob(statement, parameter, value));

    public void BindNull(int parameter) => Check(raw.sqlite3_bind_null(statement, parameter));

    /// <summary>Runs it once; the parameters stay bound.</summary>
    /// <returns>Rows that it added, changed or deleted; of a statement that does none of these, those of the one before.</returns>
    /// <exception cref="SqliteException"/>
    public int Run()
    {
        var result = raw.sqlite3_step(statement);
        if (result is raw.SQLITE_DONE or raw.SQLITE_ROW)
        {
            var changed = raw.sqlite3_changes(database);
            raw.sqlite3_reset(statement);
            return changed;
        }
        try
        {
            Check(result);
            return 0;
        }
        finally
        {
            raw.sqlite3_reset(statement);
        }
    }

    public void Dispose() => statement.Dispose();

    void Check(int result) => SqliteException.ThrowExceptionForRC(result, database);
}
