using Microsoft.Data.Sqlite;

namespace Exchange.Hosting.Storage;

/// <summary>When SQLite, in WAL mode, calls fsync.</summary>
public enum Durability
{
    /// <summary>At each checkpoint: a commit survives the death of the process, and may be lost in a power cut. Never half of one.</summary>
    Process,

    /// <summary>At each commit: survives a power cut.</summary>
    Disk,
}

/// <summary>One SQLite file in a folder only its owner may enter, always in WAL mode: readers never wait for the writer, nor it for them.</summary>
public sealed class SqliteStore
{
    /// <summary>Pages of 4 KiB in the WAL at which a commit copies them into the database: 16 MiB, so that bursts sync the database seldom.</summary>
    internal const int CheckpointPages = 4096;

    /// <summary>A WAL that grew beyond this, because a reader held it up, is cut back after its checkpoint.</summary>
    internal const long LargestIdleWal = 64L * 1024 * 1024;

    /// <summary>Pages kept by a connection, in KiB: enough for the inner pages of every index and the leaves a burst comes back to.</summary>
    const int CacheKiB = 16 * 1024;

    /// <summary>SQLite's default.</summary>
    internal const int PageBytes = 4096;

    readonly Durability durability;

    public SqliteStore(string path, Durability durability)
    {
        Path = System.IO.Path.GetFullPath(path);
        this.durability = durability;
        // Connections here live long, and a pool would hand on their settings; so there is none.
        ConnectionString = new SqliteConnectionStringBuilder
        {
            DataSource = Path,
            ForeignKeys = true,
            Pooling = false,
            DefaultTimeout = 5,
        }.ToString();
    }

    public string Path { get; }

    public string ConnectionString { get; }

    /// <summary>How long one statement waits for another connection's lock before it is refused as busy. From 0.</summary>
    public TimeSpan BusyTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Size beyond which the file does not grow: writes are refused as on a full disk. Null leaves it to the disk.</summary>
    public long? LargestBytes { get; init; }

    /// <summary>Takes the name before anybody writes: creates the folder and an empty file, and makes both durable.</summary>
    public void Create()
    {
        var folder = System.IO.Path.GetDirectoryName(Path)!;
        Folder.CreateForOwner(folder);
        if (File.Exists(Path))
            return;
        using (Open())
            Folder.Sync(folder);
    }

    /// <summary>An open connection, creating the file if need be; the caller disposes it.</summary>
    public SqliteConnection Open() => Open(SqliteOpenMode.ReadWriteCreate);

    /// <summary>An open connection that cannot write, for looking things up beside the writer.</summary>
    public SqliteConnection OpenToRead() => Open(SqliteOpenMode.ReadOnly);

    SqliteConnection Open(SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder(ConnectionString) { Mode = mode }.ToString());
        try
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = $"PRAGMA busy_timeout = {BusyTimeout.TotalMilliseconds:F0}";
            command.ExecuteNonQuery();
            if (mode == SqliteOpenMode.ReadOnly)
                return connection;
            command.CommandText = "PRAGMA journal_mode = WAL";
            if (command.ExecuteScalar() is not "wal")
                throw new StoreException(StoreFault.Foreign, $"{Path} cannot be put into WAL mode; keep it on a local file system");
            command.CommandText = $"""
                PRAGMA synchronous = {(durability == Durability.Disk ? "FULL" : "NORMAL")};
                PRAGMA cache_size = -{CacheKiB};
                PRAGMA wal_autocheckpoint = {CheckpointPages};
                PRAGMA journal_size_limit = {LargestIdleWal};
                {(LargestBytes is { } bytes ? $"PRAGMA max_page_count = {Math.Max(1, bytes / PageBytes)};" : "")}
                """;
            command.ExecuteNonQuery();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
