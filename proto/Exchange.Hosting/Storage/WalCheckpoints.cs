using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Exchange.Hosting.Storage;

/// <summary>
/// Copies what a writer's commits leave in the WAL into the database, beside them, on a thread of its own: a commit that did it by
/// itself would make all others wait for tens of milliseconds. Only what little came meanwhile is left to a commit, after which the
/// WAL begins anew. See https://sqlite.org/wal.html, "Avoiding Excessively Large WAL Files".
/// </summary>
public sealed partial class WalCheckpoints : IDisposable
{
    /// <summary>Pages of 4 KiB, 4 MiB of them, after which it is worth to copy again.</summary>
    const int Worth = 1024;

    /// <summary>So few, 1 MiB of them, may a commit copy itself.</summary>
    const int Few = 256;

    /// <summary>From where the WAL shall begin anew as soon as no more than a few are left.</summary>
    const int Long = SqliteStore.CheckpointPages;

    /// <summary>From where commits copy themselves however much is left: the writer gives more than the disk takes in beside it, or a reader holds the WAL up.</summary>
    const int Longest = (int)(SqliteStore.LargestIdleWal / SqliteStore.PageBytes);

    readonly SqliteConnection writing;
    readonly SqliteConnection copying;
    readonly WalHook hook;
    readonly AutoResetEvent wake = new(initialState: false);
    readonly Thread thread;
    volatile bool ended;
    volatile bool isCopying;
    // Pages at the front of the WAL that are in the database.
    volatile int copied;
    // The writer's alone: pages in the WAL when copying last began, and whether it was beside the writer.
    int began;
    bool wasBeside;

    /// <param name="writing">The one connection of this store that writes much. It outlives this, and nothing else copies for it.</param>
    public WalCheckpoints(SqliteStore store, SqliteConnection writing)
    {
        this.writing = writing;
        copying = store.Open();
        hook = AfterCommit;
        SetHook(writing.Handle!, hook, 0);
        thread = new Thread(Copy) { IsBackground = true, Name = $"{Path.GetFileNameWithoutExtension(store.Path)} checkpoints" };
        thread.Start();
    }

    /// <summary>Returns when nothing is being copied any more; what is left is copied when the last connection closes.</summary>
    public void Dispose()
    {
        if (ended)
            return;
        SetHook(writing.Handle!, null, 0);
        ended = true;
        wake.Set();
        thread.Join();
        copying.Dispose();
        wake.Dispose();
    }

    /// <param name="pages">In the WAL, those copied included.</param>
    int AfterCommit(nint context, nint database, nint name, int pages)
    {
        if (pages < began)
            // The WAL has begun anew.
            copied = began = 0;
        if (isCopying)
            return raw.SQLITE_OK;
        var isWorth = pages - began >= Worth;
        if (pages >= Longest ? isWorth : pages >= Long && wasBeside && pages - copied <= Few)
        {
            (began, wasBeside) = (pages, false);
            CopyOn(writing);
        }
        else if (isWorth)
        {
            (began, wasBeside, isCopying) = (pages, true, true);
            wake.Set();
        }
        return raw.SQLITE_OK;
    }

    void Copy()
    {
        while (wake.WaitOne() && !ended)
        {
            CopyOn(copying);
            isCopying = false;
        }
    }

    /// <summary>A copy that fails leaves everything in the WAL, as it does in SQLite's own; the next one begins where it did.</summary>
    void CopyOn(SqliteConnection connection)
    {
        if (raw.sqlite3_wal_checkpoint_v2(connection.Handle, "main", raw.SQLITE_CHECKPOINT_PASSIVE, out _, out var inDatabase) == raw.SQLITE_OK)
            copied = inDatabase;
    }

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    delegate int WalHook(nint context, nint database, nint name, int pages);

    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_wal_hook")]
    private static partial nint SetHook(sqlite3 database, WalHook? hook, nint context);
}
