using System.CommandLine;
using Exchange.Adapter.Commands.Journals;
using Exchange.Adapter.Evidence.Exhibits;
using Exchange.Hosting.Commands;
using Exchange.Hosting.Secrets;
using Exchange.Protocol.Lookups;
using Exchange.Protocol.Transparency;

namespace Exchange.Adapter.Commands.Audit;

/// <summary>Opens one exchange by its commitments, for a court, and no other.</summary>
static class ProveCommand
{
    public static Command Create(string kind)
    {
        var which = new Argument<string>("RECEIPT") { Description = "LOG:INDEX:LEAFHASH:REQUESTID, a JSON file that the local API answered, or a request id alone." };
        var place = new JournalArguments(kind);
        var log = ShownLog.Option();
        var bundle = new Option<string?>("--bundle") { Description = "Write everything that proves it into one file, mode 0600, for 'audit check'. It holds the question and the answer.", HelpName = "FILE" };
        var format = AuditCommand.Format();
        var command = new Command("prove", $"Show one exchange out of this agency's journal and prove that it is the one that passed, by the journal alone or afresh. {AuditCommand.ExitCodes}") { which, log, bundle, format };
        place.AddTo(command);
        command.SetAction((parsed, stop) => AuditCommand.Run(async () =>
        {
            var (requestId, given) = Read(parsed.GetRequiredValue(which));
            using var journal = place.Open(parsed);
            var options = journal.Options;
            var reading = journal.Begin("prove", [("request-id", Convert.ToHexStringLower(requestId))]);
            var exhibit = new ExhibitMaker(options.Agency, journal.Read).Make(requestId, given);
            journal.Readings.Finish(reading, 1);
            var pin = options.Logs.FirstOrDefault(one => one.Key.Name == exhibit.Receipt.Log)
                ?? throw new FormatException($"the key of the log '{exhibit.Receipt.Log}' is not pinned; name it under 'logs' in the configuration");
            if (parsed.GetValue(log) is { } where)
            {
                using var shown = ShownLog.At(where, options);
                exhibit = await ExhibitMaker.Afresh(exhibit, shown, stop).ConfigureAwait(false);
            }
            else if (exhibit.Checkpoint.Length == 0)
                throw new FormatException("this receipt is not proven in the journal so far; wait for the next checkpoint, or prove it with --log");
            var findings = ExhibitCheck.Run(exhibit, pin.Key, pin.Witnesses);
            ExhibitReport.Write(Console.Out, parsed.GetRequiredValue(format) == "json", exhibit, findings);
            if (parsed.GetValue(bundle) is { } file)
                SecretFile.Write(file, System.Text.Encoding.UTF8.GetBytes(exhibit.ToJson()));
            return findings.Any(one => one.IsGood == false) ? Outcome.Failed : Outcome.Done;
        }));
        return command;
    }

    /// <exception cref="FormatException">It is none, or holds several.</exception>
    static (byte[] RequestId, GivenReceipt? Receipt) Read(string which)
    {
        var id = new byte[Headers.RequestIdSize];
        if (which.Length == 2 * id.Length && Convert.FromHexString(which, id, out _, out _) == System.Buffers.OperationStatus.Done)
            return (id, null);
        var receipts = GivenReceipt.Read(which).DistinctBy(one => one.ToString()).ToList();
        return receipts.Count == 1 ? (receipts[0].RequestId, receipts[0])
            : throw new FormatException($"{which} holds {receipts.Count} receipts, and one exchange is opened at a time. Give one of them:\n{string.Join('\n', receipts)}");
    }
}
