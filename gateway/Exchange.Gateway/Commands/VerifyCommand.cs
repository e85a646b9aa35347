using System.CommandLine;
using Exchange.Gateway.Audit.Checks;
using Exchange.Gateway.Audit.Reading;
using Exchange.Gateway.Audit.Telling;
using Exchange.Hosting.Commands;
using Exchange.Protocol.Transparency;

namespace Exchange.Gateway.Commands;

/// <summary>What an auditor asks of a log: is it whole, is it what was signed, and does it bear out a receipt.</summary>
static class VerifyCommand
{
    public static Command Create()
    {
        var place = new LogArguments();
        var receipt = new Option<string?>("--receipt") { Description = "Verify one receipt instead of the whole log: LOG:INDEX:LEAFHASH:REQUESTID, or a JSON file that the local API of an agency answered, with every receipt in it.", HelpName = "RECEIPT" };
        var since = new Option<string?>("--since") { Description = "A checkpoint that was kept earlier: the log must go on with it.", HelpName = "FILE" };
        var format = AuditCommand.Format(RowFormat.Table, RowFormat.Json, RowFormat.Csv);
        var command = new Command("verify", $"Verify every entry, every hash, the root and its signatures, or one receipt. {AuditCommand.ExitCodes}") { receipt, since, format };
        place.AddTo(command, isSigned: true);
        command.SetAction((parsed, stop) => AuditCommand.Run(async () =>
        {
            var (key, witnesses) = (place.Key(parsed), place.Witnesses(parsed));
            var receipts = parsed.GetValue(receipt) is { } given ? GivenReceipt.Read(given) : null;
            var kept = parsed.GetValue(since) is { } file ? await File.ReadAllTextAsync(file, stop).ConfigureAwait(false) : null;
            await using var log = place.Open(parsed, TimeProvider.System);
            var findings = new Findings();
            using (var progress = Progress.OnConsole())
                await Verify(log, key, witnesses, receipts, kept, findings, progress, stop).ConfigureAwait(false);
            CheckReport.Write(Console.Out, AuditCommand.Format(parsed, format), log.Where, findings);
            return findings.IsGood ? Outcome.Done : Outcome.Failed;
        }));
        return command;
    }

    /// <param name="receipts">Null: the whole log.</param>
    internal static async Task Verify(
        LogReader log, NoteKey key, IReadOnlyList<NoteKey> witnesses, IReadOnlyList<GivenReceipt>? receipts, string? kept, Findings findings, Progress progress, CancellationToken stop)
    {
        // 1. What was signed, and by whom. The rest is held against it even when it is not to be believed.
        var checkpoint = CheckpointCheck.Run(await log.Checkpoint(stop).ConfigureAwait(false), key, witnesses, findings);
        var size = await log.Count(checkpoint?.Size ?? 0, stop).ConfigureAwait(false);

        // 2. The whole tree, or the way from one entry to its root.
        if (receipts is null)
            await new TreeCheck(log, size, checkpoint, findings, progress).Run(stop).ConfigureAwait(false);
        else if (checkpoint is not null)
            foreach (var receipt in receipts)
                await new ReceiptCheck(log, checkpoint, findings).Run(receipt, stop).ConfigureAwait(false);

        // 3. Whether it still is what it was.
        if (kept is not null && checkpoint is not null)
            await SinceCheck.Run(log, kept, checkpoint, key, findings, stop).ConfigureAwait(false);
    }
}
