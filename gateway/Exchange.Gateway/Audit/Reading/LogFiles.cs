using Dapper;
using Exchange.Gateway.Audit.Stores.Sqlite;
using Exchange.Hosting.Storage;
using Exchange.Protocol.Transparency;
using Microsoft.Data.Sqlite;

namespace Exchange.Gateway.Audit.Reading;

/// <summary>
/// The two files of a log, read beside the hub that writes them or as copies. Nothing is written, no lock of the writer is
/// taken, and no statement reads for longer than one tile takes, so that the hub's WAL is emptied as ever.
/// </summary>
sealed class LogFiles : LogReader
{
    /// <summary>Names of the files in their folders.</summary>
    public const string Log = "audit.db", Tree = "checkpoints.db";

    LogFiles(string log, SqliteConnection entries, string tree, SqliteConnection? hashes)
    {
        (LogPath, Entries) = (log, entries);
        (TreePath, Hashed) = (tree, hashes);
    }

    public override string Where => LogPath;

    public string LogPath { get; }

    public string TreePath { get; }

    public SqliteConnection Entries { get; }

    /// <summary>Null when there is no such file.</summary>
    public SqliteConnection? Hashed { get; }

    /// <exception cref="StoreException">The log is not there, or one of them cannot be opened.</exception>
    public static LogFiles Open(string log, string tree)
    {
        var entries = OpenToRead(log);
        try
        {
            return new LogFiles(log, entries, tree, File.Exists(tree) ? OpenToRead(tree) : null);
        }
        catch
        {
            entries.Dispose();
            throw;
        }
    }

    public override Task<string?> Checkpoint(CancellationToken cancelled) =>
        Task.FromResult(Hashed?.ExecuteScalar<string?>("SELECT note FROM checkpoint"));

    /// <summary>How many numbers are taken; some in between may be missing.</summary>
    public override Task<ulong> Count(ulong published, CancellationToken cancelled) => Task.FromResult((ulong)SqliteContinuity.Next(Entries));

    public override Task<LeafTile> Leaves(Tile tile, CancellationToken cancelled)
    {
        cancelled.ThrowIfCancellationRequested();
        var leaves = new Leaf[tile.Width];
        using var command = Entries.CreateCommand();
        command.CommandText = "SELECT number, content, leaf_hash FROM entry WHERE number >= @from AND number < @to";
        Range(command, tile);
        using var reader = command.ExecuteReader();
        while (reader.Read())
            leaves[reader.GetInt64(0) - First(tile)] = new Leaf(reader.GetFieldValue<byte[]>(1), reader.GetFieldValue<byte[]>(2));
        return Task.FromResult(new LeafTile(tile, leaves));
    }

    public override Task<byte[]?[]> Nodes(Tile tile, CancellationToken cancelled)
    {
        cancelled.ThrowIfCancellationRequested();
        var nodes = new byte[]?[tile.Width];
        if (Hashed is null)
            return Task.FromResult(nodes);
        using var command = Hashed.CreateCommand();
        command.CommandText = "SELECT place, hash FROM node WHERE level = @level AND place >= @from AND place < @to";
        command.Parameters.AddWithValue("@level", tile.Level);
        Range(command, tile);
        using var reader = command.ExecuteReader();
        while (reader.Read())
            nodes[reader.GetInt64(0) - First(tile)] = reader.GetFieldValue<byte[]>(1);
        return Task.FromResult(nodes);
    }

    public override ValueTask DisposeAsync()
    {
        Entries.Dispose();
        Hashed?.Dispose();
        return ValueTask.CompletedTask;
    }

    static long First(Tile tile) => (long)tile.Index * Tile.FullWidth;

    static void Range(SqliteCommand command, Tile tile)
    {
        command.Parameters.AddWithValue("@from", First(tile));
        command.Parameters.AddWithValue("@to", First(tile) + tile.Width);
    }

    static SqliteConnection OpenToRead(string path)
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
