using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Exchange.Hosting.Storage;

/// <summary>Transactions on the writer's connection: all of one, or nothing and a <see cref="StoreException"/> that says whether the store goes on.</summary>
public sealed class SqliteBatch(SqliteConnection connection, string store) : IDisposable
{
    readonly SqliteStatement begin = new(connection, "BEGIN IMMEDIATE");
    readonly SqliteStatement commit = new(connection, "COMMIT");

    public void Run(Action write)
    {
        try
        {
            begin.Run();
            write();
            commit.Run();
        }
        catch (Exception e)
        {
            throw RollBack() ?? SqliteFaults.Of(e, store);
        }
    }

    public void Dispose()
    {
        begin.Dispose();
        commit.Dispose();
    }

    /// <summary>Some errors have ended the transaction already; a rollback that fails leaves the store unknown, whatever came before it.</summary>
    StoreException? RollBack()
    {
        if (raw.sqlite3_get_autocommit(connection.Handle) != 0)
            return null;
        try
        {
            using var rollback = new SqliteStatement(connection, "ROLLBACK");
            rollback.Run();
            return null;
        }
        catch (SqliteException e)
        {
            return SqliteFaults.Failed(e, store);
        }
    }
}
