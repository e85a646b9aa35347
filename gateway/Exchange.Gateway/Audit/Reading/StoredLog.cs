using Dapper;
using Exchange.Protocol.Transparency;
using Microsoft.Data.Sqlite;

namespace Exchange.Gateway.Audit.Reading;

/// <summary>A log where its hub keeps it, or a copy of that: entries in a file or a database, checkpoints and the hashes above the entries in a file.</summary>
abstract class StoredLog : LogReader
{
    /// <summary>Names of the files in their folders.</summary>
    public const string Log = "audit.db", Tree = "checkpoints.db";

    /// <param name="tree">Path of the checkpoints, which may be missing.</param>
    protected StoredLog(string tree)
    {
        TreePath = tree;
        Hashed = File.Exists(tree) ? SqliteCopy.OpenToRead(tree) : null;
    }

    public string TreePath { get; }

    /// <summary>Null when there is no such file.</summary>
    public SqliteConnection? Hashed { get; }

    /// <summary>What holds the entries, as a check is named.</summary>
    public abstract string EntriesName { get; }

    public override Task<string?> Checkpoint(CancellationToken cancelled) =>
        Task.FromResult(Hashed?.ExecuteScalar<string?>("SELECT note FROM checkpoint"));

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
        Hashed?.Dispose();
        return ValueTask.CompletedTask;
    }

    private protected static long First(Tile tile) => (long)tile.Index * Tile.FullWidth;

    private protected static void Range(SqliteCommand command, Tile tile)
    {
        command.Parameters.AddWithValue("@from", First(tile));
        command.Parameters.AddWithValue("@to", First(tile) + tile.Width);
    }
}
