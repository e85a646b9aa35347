using System.CommandLine;
using Exchange.Gateway.Audit.Reading;
using Exchange.Gateway.Audit.Telling;
using Exchange.Hosting.Commands;

namespace Exchange.Gateway.Commands;

/// <summary>Copies of a log: for a spreadsheet, for a program, or for anybody who verifies it.</summary>
static class ExportCommand
{
    public static Command Create()
    {
        var place = new LogArguments();
        var entries = new EntryArguments();
        var tiles = new Option<string?>("--tiles") { Description = "A new folder for the checkpoint and the tiles beneath it, as C2SP tlog-tiles lays them out: files that any web server shows, and that any reader of such logs, and audit verify --log, verifies.", HelpName = "DIR" };
        var hashesOnly = new Option<bool>("--hashes-only") { Description = "With --tiles: without the entries, which say which agency asked which. What remains may be shown to everybody." };
        var output = new Option<string?>("--out") { Description = "Where to write the entries; without it, standard output.", HelpName = "FILE" };
        var format = AuditCommand.Format(RowFormat.Csv, RowFormat.Json);
        format.Description = "Of the entries, the oldest first: csv, or json with one object a line.";
        var command = new Command("export", $"Copy the log: entries as CSV or JSON lines, or the whole of it as tiles. {AuditCommand.ExitCodes}") { tiles, hashesOnly, output, format };
        entries.AddTo(command);
        place.AddTo(command, isSigned: false);
        command.Check(parsed =>
        {
            if (parsed.GetValue(tiles) is not null && (parsed.GetValue(output) is not null || entries.Chooses(parsed)))
                parsed.AddError("--tiles copies the whole log: it goes with no --out and no choice of entries.");
            if (parsed.GetValue(tiles) is null && parsed.GetValue(hashesOnly))
                parsed.AddError("--hashes-only goes with --tiles.");
        });
        command.SetAction((parsed, stop) => AuditCommand.Run(async () =>
        {
            await using var log = place.Open(parsed, TimeProvider.System);
            if (parsed.GetValue(tiles) is { } folder)
            {
                ulong size;
                using (var progress = Progress.OnConsole())
                    size = await TileExport.Write(log, folder, withEntries: !parsed.GetValue(hashesOnly), progress, stop).ConfigureAwait(false);
                Console.WriteLine($"Wrote {size} entries' tiles and their checkpoint to {folder}. Whoever has the log's key verifies them: audit verify --log {folder} --key log.pub");
                return Outcome.Done;
            }
            await using var file = parsed.GetValue(output) is { } path ? new StreamWriter(path, append: false) : null;
            await WriteEntries(log, entries.Filter(parsed), file ?? Console.Out, AuditCommand.Format(parsed, format), stop).ConfigureAwait(false);
            return Outcome.Done;
        }));
        return command;
    }

    static async Task WriteEntries(LogReader log, EntryFilter filter, TextWriter output, RowFormat format, CancellationToken stop)
    {
        var rows = new RowWriter(output, format, EntryColumns.All);
        using var progress = Progress.OnConsole();
        await foreach (var row in SearchCommand.Find(log, filter, newestFirst: false, progress, stop).ConfigureAwait(false))
            rows.Write(row.Values);
        rows.Finish();
    }
}
