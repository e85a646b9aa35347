using Dapper;
using Exchange.Hosting.Storage;
using Microsoft.Data.Sqlite;

namespace Exchange.Gateway.Audit.Reading;

/// <summary>A SQLite file beside its writer, or a copy of one.</summary>
static class SqliteCopy
{
    /// <exception cref="StoreException">It is not there, or cannot be opened.</exception>
    public static SqliteConnection OpenToRead(string path)
    {
        if (!File.Exists(path))
            throw new StoreException(StoreFault.Foreign, $"{path} does not exist");
        SqliteConnection? connection = null;
        try
        {
            connection = new SqliteStore(path, Durability.Disk).OpenToRead();
            // Opening alone reads nothing.
            connection.ExecuteScalar<long>("SELECT count(*) FROM sqlite_master");
            return connection;
        }
        catch (SqliteException e) when (e.SqliteErrorCode is SQLitePCL.raw.SQLITE_CANTOPEN or SQLitePCL.raw.SQLITE_READONLY)
        {
            connection?.Dispose();
            return OpenUnchanging(path, e);
        }
        catch
        {
            connection?.Dispose();
            throw;
        }
    }

    /// <summary>A copy where nothing can be written, not even the file by which readers and writers of one store know of each other.</summary>
    static SqliteConnection OpenUnchanging(string path, SqliteException why)
    {
        if (File.Exists(path + "-wal"))
            throw new StoreException(StoreFault.Refused, $"{path} cannot be read here ({why.Message}); copy it, with the file {path}-wal, into a folder that you may write", why);
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = new Uri(Path.GetFullPath(path)).AbsoluteUri + "?immutable=1",
            Mode = SqliteOpenMode.ReadOnly,
            Pooling = false,
        }.ToString());
        try
        {
            connection.Open();
            return connection;
        }
        catch (SqliteException e)
        {
            connection.Dispose();
            throw new StoreException(StoreFault.Refused, $"{path} cannot be read: {e.Message}", e);
        }
    }
}
