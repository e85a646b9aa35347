using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Exchange.Hosting.Storage;

/// <summary>What a SQLite error means to whoever wrote.</summary>
public static class SqliteFaults
{
    /// <summary>
    /// After these, and a rollback, the store is as it was (https://www.sqlite.org/rescode.html). Whatever is not listed, an I/O error
    /// first of all, leaves open what is on the disk.
    /// </summary>
    static bool LeavesStoreAsItWas(Exception error) => error is SqliteException
    {
        SqliteErrorCode: raw.SQLITE_BUSY or raw.SQLITE_LOCKED or raw.SQLITE_FULL or raw.SQLITE_READONLY or raw.SQLITE_NOMEM,
    };

    public static StoreException Of(Exception error, string store) =>
        LeavesStoreAsItWas(error) ? new StoreException(StoreFault.Refused, $"{store} took nothing: {error.Message}", error) : Failed(error, store);

    public static StoreException Failed(Exception error, string store) => new(StoreFault.Failed,
        $"{store} may or may not hold what it was given last, and takes nothing more until the process starts again: {error.Message}", error);
}
