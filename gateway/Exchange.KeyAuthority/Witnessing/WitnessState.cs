using Dapper;
using Exchange.Hosting.Storage;
using Exchange.Protocol.Transparency;
using Microsoft.Data.Sqlite;

namespace Exchange.KeyAuthority.Witnessing;

/// <summary>
/// What a witness has cosigned, on disk. It is all that keeps its key from cosigning two histories, so it is made once,
/// with the key, and never by a start: a witness that has lost it must not go on as if it had seen nothing.
/// </summary>
/// <remarks>One process holds it, and one caller at a time uses it.</remarks>
sealed class WitnessState : IDisposable
{
    /// <summary>A tool that reads along is waited for; a log does not wait much longer for its answer.</summary>
    static readonly TimeSpan busyTimeout = TimeSpan.FromSeconds(1);

    readonly StoreLock held;
    readonly SqliteConnection connection;
    readonly SqliteBatch batch;
    StoreException? failure;

    WitnessState(StoreLock held, SqliteConnection connection)
    {
        this.held = held;
        this.connection = connection;
        batch = new SqliteBatch(connection, "witness");
    }

    /// <summary>Why it keeps nothing until the process starts again; null while it does.</summary>
    public StoreException? Failure => Volatile.Read(ref failure);

    /// <exception cref="StoreException">InUse: the file is there already.</exception>
    public static void Create(string path, NoteKey key, TimeProvider time)
    {
        RefuseExisting(path);
        var store = new SqliteStore(path, Durability.Disk);
        Folder.CreateForOwner(Path.GetDirectoryName(store.Path)!);
        using var alone = StoreLock.Take(store.Path, time);
        store.Create();
        Migrate(store);
        using var connection = store.Open();
        connection.Execute("INSERT INTO witness (only, name, key) VALUES (1, @Name, @Text)", new { key.Name, Text = key.ToString() });
    }

    /// <exception cref="StoreException">InUse: the file is there already.</exception>
    public static void RefuseExisting(string path)
    {
        if (File.Exists(path))
            throw new StoreException(StoreFault.InUse, $"{path} exists already and is left as it is: it says what a witness has cosigned");
    }

    /// <exception cref="StoreException">InUse: another process holds it. Foreign: it is not there, or another witness's.</exception>
    public static WitnessState Open(string path, NoteKey key, TimeProvider time)
    {
        var store = new SqliteStore(path, Durability.Disk) { BusyTimeout = busyTimeout };
        if (!File.Exists(store.Path))
            throw new StoreException(StoreFault.Foreign, $"{store.Path} does not exist: it says what this witness has cosigned, and witness init makes it together with the key. If it is lost, restore the newest copy only if nothing was cosigned since; otherwise draw another key under another name, and have the logs pin that one");
        var held = StoreLock.Take(store.Path, time);
        SqliteConnection? connection = null;
        try
        {
            Migrate(store);
            connection = store.Open();
            if (connection.QuerySingleOrDefault<string>("SELECT key FROM witness") is var owner && owner != key.ToString())
                throw new StoreException(StoreFault.Foreign, $"{store.Path} says what the witness {owner} has cosigned, and the key and name given are {key}; use those that were made together");
            return new WitnessState(held, connection);
        }
        catch
        {
            connection?.Dispose();
            held.Dispose();
            throw;
        }
    }

    /// <summary>The checkpoint of a log that was cosigned last, with its note; null before the first.</summary>
    /// <exception cref="StoreException">It cannot be told.</exception>
    public (Checkpoint Checkpoint, string Note)? Last(string origin) => Use(() =>
        connection.QuerySingleOrDefault<Row>("SELECT size, root, note FROM log WHERE origin = @origin", new { origin }) is { } row
            ? (new Checkpoint(origin, (ulong)row.Size, row.Root), row.Note)
            : ((Checkpoint, string)?)null);

    /// <summary>Durable when it returns.</summary>
    /// <exception cref="StoreException">It was not kept, or may not have been: cosign nothing.</exception>
    public void Keep(Checkpoint checkpoint, string note) => Write(
        "INSERT INTO log (origin, size, root, note) VALUES (@Origin, @size, @Root, @note) ON CONFLICT DO UPDATE SET size = excluded.size, root = excluded.root, note = excluded.note",
        new { checkpoint.Origin, size = (long)checkpoint.Size, checkpoint.Root, note });

    /// <summary>Keeps the first proof that a log has forked. False when there was one.</summary>
    /// <param name="cosigned">A note of the log, over as many entries as <paramref name="refused"/> is.</param>
    /// <exception cref="StoreException">It was not kept, or may not have been.</exception>
    public bool KeepFork(Checkpoint checkpoint, string cosigned, string refused, DateTimeOffset seen) => Write(
        "INSERT INTO fork (origin, size, cosigned, refused, seen_unix_ms) VALUES (@Origin, @size, @cosigned, @refused, @seen) ON CONFLICT DO NOTHING",
        new { checkpoint.Origin, size = (long)checkpoint.Size, cosigned, refused, seen = seen.ToUnixTimeMilliseconds() }) > 0;

    /// <summary>Logs that have forked before this witness's eyes, and over how many entries.</summary>
    /// <exception cref="StoreException">It cannot be told.</exception>
    public IReadOnlyList<(string Origin, long Size)> Forks() => Use(() => connection.Query<(string, long)>("SELECT origin, size FROM fork ORDER BY origin").ToList());

    public void Dispose()
    {
        batch.Dispose();
        connection.Dispose();
        held.Dispose();
    }

    int Write(string sql, object row) => Use(() =>
    {
        var rows = 0;
        batch.Run(() => rows = connection.Execute(sql, row));
        return rows;
    });

    /// <summary>What a failed write left can be read, and may be gone after a power cut: nothing is built on it.</summary>
    T Use<T>(Func<T> use)
    {
        if (failure is { } earlier)
            throw earlier;
        try
        {
            return use();
        }
        catch (Exception e) when (e is StoreException or SqliteException)
        {
            var fault = e as StoreException ?? SqliteFaults.Of(e, "witness");
            if (fault.Fault == StoreFault.Failed)
                Volatile.Write(ref failure, fault);
            throw fault;
        }
    }

    static void Migrate(SqliteStore store) =>
        Migrations.Run(store.ConnectionString, typeof(WitnessState).Assembly, "Exchange.KeyAuthority.Witnessing.Migrations.");

    sealed record Row(long Size, byte[] Root, string Note);
}
