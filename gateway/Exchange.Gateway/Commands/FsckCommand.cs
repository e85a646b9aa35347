using System.CommandLine;
using Exchange.Gateway.Audit.Checks;
using Exchange.Gateway.Audit.Reading;
using Exchange.Gateway.Audit.Telling;
using Exchange.Hosting.Commands;
using Exchange.Protocol.Transparency;
using Microsoft.Data.Sqlite;

namespace Exchange.Gateway.Commands;

/// <summary>What the hub's operator asks of the two files, or of database and file: everything that can be wrong with them, all of it at once.</summary>
static class FsckCommand
{
    public static Command Create()
    {
        var place = new LogArguments();
        var format = AuditCommand.Format(RowFormat.Table, RowFormat.Json, RowFormat.Csv);
        var command = new Command("fsck", $"Look for everything that can be wrong with audit.db, or the database in its place, and checkpoints.db: pages, tables and guards, names, numbers, entries, hashes, root, signatures. Repairs nothing and says what to do. {AuditCommand.ExitCodes}") { format };
        place.AddTo(command, isSigned: true, filesAlone: true);
        command.SetAction((parsed, stop) => AuditCommand.Run(async () =>
        {
            var (key, witnesses) = (place.Key(parsed), place.Witnesses(parsed));
            await using var log = place.Open(parsed, TimeProvider.System);
            if (log is not StoredLog kept)
                throw new FormatException($"fsck looks at {LogFiles.Log} and {LogFiles.Tree}; tiles are checked by audit verify");
            var findings = new Findings();
            using (var progress = Progress.OnConsole())
                await Look(kept, key, witnesses, findings, progress, stop).ConfigureAwait(false);
            CheckReport.Write(Console.Out, AuditCommand.Format(parsed, format), log.Where, findings);
            return findings.IsGood ? Outcome.Done : Outcome.Failed;
        }));
        return command;
    }

    internal static async Task Look(StoredLog log, NoteKey key, IReadOnlyList<NoteKey> witnesses, Findings findings, Progress progress, CancellationToken stop)
    {
        var check = new FileCheck(log, key, findings);

        // 1. The files as files, the database as one.
        progress.At("SQLite looks at every page", 0, 0);
        check.Pages();
        try
        {
            await check.Schemas(stop).ConfigureAwait(false);
            await check.Identities(stop).ConfigureAwait(false);

            // 2. The checkpoint, and how far each level reaches: before the entries are counted, which a serving hub adds first.
            var levels = check.Levels();
            var checkpoint = CheckpointCheck.Run(await log.Checkpoint(stop).ConfigureAwait(false), key, witnesses, findings);
            check.CheckpointRow();
            var size = await log.Count(checkpoint?.Size ?? 0, stop).ConfigureAwait(false);
            check.Beyond(levels, size);

            // 3. Every entry and every hash.
            await new TreeCheck(log, size, checkpoint, findings, progress) { Look = check.Look }.Run(stop).ConfigureAwait(false);
        }
        catch (SqliteException e) when (e.SqliteErrorCode is SQLitePCL.raw.SQLITE_CORRUPT or SQLitePCL.raw.SQLITE_NOTADB or SQLitePCL.raw.SQLITE_ERROR)
        {
            // A damaged page, or a table that is gone: it was told above as far as it is known.
            findings.Bad("files", LogFault.FileDamaged, log.Where, $"nothing more can be read: {e.Message}");
        }
    }
}
