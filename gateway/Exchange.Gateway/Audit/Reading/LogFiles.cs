using Exchange.Gateway.Audit.Stores.Sqlite;
using Exchange.Hosting.Storage;
using Exchange.Protocol.Transparency;
using Microsoft.Data.Sqlite;

namespace Exchange.Gateway.Audit.Reading;

/// <summary>
/// The two files of a log, read beside the hub that writes them or as copies. Nothing is written, no lock of the writer is
/// taken, and no statement reads for longer than one tile takes, so that the hub's WAL is emptied as ever.
/// </summary>
sealed class LogFiles : StoredLog
{
    LogFiles(string log, SqliteConnection entries, string tree) : base(tree) => (LogPath, Entries) = (log, entries);

    public override string Where => LogPath;

    public override string EntriesName => Log;

    public string LogPath { get; }

    public SqliteConnection Entries { get; }

    /// <exception cref="StoreException">The log is not there, or one of them cannot be opened.</exception>
    public static LogFiles Open(string log, string tree)
    {
        var entries = SqliteCopy.OpenToRead(log);
        try
        {
            return new LogFiles(log, entries, tree);
        }
        catch
        {
            entries.Dispose();
            throw;
        }
    }

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

    public override ValueTask DisposeAsync()
    {
        Entries.Dispose();
        return base.DisposeAsync();
    }
}
