using System.Globalization;
using Dapper;
using Exchange.Gateway.Audit.Reading;
using Exchange.Gateway.Audit.Stores.Sqlite;
using Exchange.Gateway.Audit.Tree;
using Exchange.Protocol.Transparency;
using Exchange.V1;
using Google.Protobuf;
using Microsoft.Data.Sqlite;

namespace Exchange.Gateway.Audit.Checks;

/// <summary>What can be wrong with the places a log is kept in, before anything is hashed.</summary>
sealed class FileCheck(StoredLog log, NoteKey key, Findings findings)
{
    const int MostTold = 100;

    static string Tree => StoredLog.Tree;

    /// <summary>SQLite's own look at every page; PostgreSQL has another for that.</summary>
    public void Pages()
    {
        if (log is LogFiles files)
            Pages(files.Entries, log.EntriesName, files.LogPath);
        else
            findings.NotChecked(log.EntriesName, "the pages of a database are looked at where it runs: pg_amcheck, and pg_checksums");
        if (log.Hashed is { } hashed)
            Pages(hashed, Tree, log.TreePath);
        else
            findings.Bad(Tree, LogFault.FileMissing, log.TreePath, $"{log.TreePath} is not there");
    }

    /// <summary>Tables and guards as the hub makes them.</summary>
    public async Task Schemas(CancellationToken stop)
    {
        if (log is LogFiles files)
            SchemaCheck.Run(files.Entries, log.EntriesName, SqliteEntries.Scripts, findings);
        else if (log is LogDatabase database)
            await DatabaseSchemaCheck.Run(database, findings, stop).ConfigureAwait(false);
        if (log.Hashed is { } hashed)
            SchemaCheck.Run(hashed, Tree, "Exchange.Gateway.Audit.Tree.Migrations.", findings);
    }

    /// <summary>Both are of this log and of this key.</summary>
    public async Task Identities(CancellationToken stop)
    {
        if (log is LogFiles files)
        {
            var name = files.Entries.Query<string>("SELECT name FROM log").ToList();
            if (name is not [var own] || own != key.Name)
                findings.Bad(log.EntriesName, LogFault.FileOfAnotherLog, files.LogPath, name.Count == 0 ? "it does not say which log it is" : $"it is the log '{name[0]}', and the key is of '{key.Name}'");
        }
        else if (log is LogDatabase database && await database.Row(stop).ConfigureAwait(false) is var row && row.Size != row.Next)
            findings.Bad(log.EntriesName, LogFault.EntryMissing, $"entry {Math.Min(row.Size, row.Next)}", $"the log's row counts {row.Size} entries, and the last one there is has the number {row.Next - 1}");
        if (log.Hashed is not { } hashed)
            return;
        var signed = hashed.Query<(string Name, string Key)>("SELECT name, key FROM log").ToList();
        if (signed is not [var whose] || whose != (key.Name, key.ToString()))
            findings.Bad(Tree, LogFault.FileOfAnotherLog, log.TreePath, signed.Count == 0 ? "it does not say whose checkpoints it has" : $"it has the checkpoints of {signed[0].Key}, and the key is {key}");
    }

    /// <summary>The row of the checkpoint says what its note says; read at once, since a hub may be writing the next one.</summary>
    public void CheckpointRow()
    {
        foreach (var (size, note) in log.Hashed?.Query<(long, string)>("SELECT size, note FROM checkpoint") ?? [])
            if (SignedNote.TryParse(note, out var signed) && Checkpoint.TryParse(signed.Body, out var checkpoint) && (ulong)size != checkpoint.Size)
                findings.Bad(Tree, LogFault.CheckpointSizeDiffers, "checkpoint", $"the row says {size} entries, and the checkpoint in it {checkpoint.Size}");
    }

    /// <summary>How many places each level has. Asked before the entries are counted: a hub that goes on adds entries first.</summary>
    public IReadOnlyList<(int Level, ulong Places)> Levels() => log.Hashed is null ? [] :
        [.. log.Hashed.Query<(long Level, long Places)>("SELECT level, max(place) + 1 FROM node GROUP BY level").Select(row => ((int)row.Level, (ulong)row.Places))];

    /// <summary>Hashes above leaves that are not there.</summary>
    public void Beyond(IReadOnlyList<(int Level, ulong Places)> levels, ulong size)
    {
        foreach (var (level, places) in levels)
        {
            var there = level < 8 ? size >> (Tile.Height * level) : 0;
            if (places > there)
                findings.Bad(TreeCheck.Tree, LogFault.NodeBeyond, string.Create(CultureInfo.InvariantCulture, $"level {level}"),
                    $"level {level} has hashes up to place {places - 1}, and the entries make {there} of them", (long)(places - there));
        }
    }

    /// <summary>What an entry has to be beside hashed.</summary>
    public void Look(ulong number, byte[] entry)
    {
        if (entry.Length > LogTiles.LargestEntry)
            findings.Bad(TreeCheck.Entries, LogFault.EntryTooLarge, $"entry {number}", $"entry {number} has {entry.Length} bytes, and a bundle can hold {LogTiles.LargestEntry}");
        try
        {
            if (AuditEntry.Parser.ParseFrom(entry).EventCase == AuditEntry.EventOneofCase.None)
                findings.Bad(TreeCheck.Entries, LogFault.EntryMalformed, $"entry {number}", $"entry {number} tells of nothing that this version knows");
        }
        catch (InvalidProtocolBufferException)
        {
            findings.Bad(TreeCheck.Entries, LogFault.EntryMalformed, $"entry {number}", $"entry {number} is not an audit entry");
        }
    }

    void Pages(SqliteConnection connection, string name, string path)
    {
        try
        {
            var said = connection.Query<string>($"PRAGMA integrity_check({MostTold})", buffered: false).ToList();
            if (said is ["ok"])
                findings.Good(name, "SQLite finds no page damaged");
            else
                findings.Bad(name, LogFault.FileDamaged, path, $"SQLite says: {said.FirstOrDefault()}", said.Count);
        }
        catch (SqliteException e)
        {
            findings.Bad(name, LogFault.FileDamaged, path, $"SQLite says: {e.Message}");
        }
    }
}
