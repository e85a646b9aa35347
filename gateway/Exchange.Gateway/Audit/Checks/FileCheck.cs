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

/// <summary>What can be wrong with the two files themselves, before anything is hashed.</summary>
sealed class FileCheck(LogFiles files, NoteKey key, Findings findings)
{
    const int MostTold = 100;

    static string Log => LogFiles.Log;

    static string Tree => LogFiles.Tree;

    /// <summary>SQLite's own look at every page.</summary>
    public void Pages()
    {
        Pages(files.Entries, Log, files.LogPath);
        if (files.Hashed is { } hashed)
            Pages(hashed, Tree, files.TreePath);
        else
            findings.Bad(Tree, LogFault.FileMissing, files.TreePath, $"{files.TreePath} is not there");
    }

    /// <summary>Tables and guards as the hub makes them.</summary>
    public void Schemas()
    {
        SchemaCheck.Run(files.Entries, Log, SqliteEntries.Scripts, findings);
        if (files.Hashed is { } hashed)
            SchemaCheck.Run(hashed, Tree, "Exchange.Gateway.Audit.Tree.Migrations.", findings);
    }

    /// <summary>Both are of this log and of this key.</summary>
    public void Identities()
    {
        var name = files.Entries.Query<string>("SELECT name FROM log").ToList();
        if (name is not [var own] || own != key.Name)
            findings.Bad(Log, LogFault.FileOfAnotherLog, files.LogPath, name.Count == 0 ? "it does not say which log it is" : $"it is the log '{name[0]}', and the key is of '{key.Name}'");
        if (files.Hashed is not { } hashed)
            return;
        var signed = hashed.Query<(string Name, string Key)>("SELECT name, key FROM log").ToList();
        if (signed is not [var whose] || whose != (key.Name, key.ToString()))
            findings.Bad(Tree, LogFault.FileOfAnotherLog, files.TreePath, signed.Count == 0 ? "it does not say whose checkpoints it has" : $"it has the checkpoints of {signed[0].Key}, and the key is {key}");
    }

    /// <summary>The row of the checkpoint says what its note says.</summary>
    public void CheckpointRow(Checkpoint? checkpoint)
    {
        var size = files.Hashed?.ExecuteScalar<long?>("SELECT size FROM checkpoint");
        if (checkpoint is not null && size is { } rowed && (ulong)rowed != checkpoint.Size)
            findings.Bad(Tree, LogFault.CheckpointSizeDiffers, "checkpoint", $"the row says {rowed} entries, and the checkpoint in it {checkpoint.Size}");
    }

    /// <summary>How many places each level has. Asked before the entries are counted: a hub that goes on adds entries first.</summary>
    public IReadOnlyList<(int Level, ulong Places)> Levels() => files.Hashed is null ? [] :
        [.. files.Hashed.Query<(long Level, long Places)>("SELECT level, max(place) + 1 FROM node GROUP BY level").Select(row => ((int)row.Level, (ulong)row.Places))];

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
