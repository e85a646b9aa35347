using System.CommandLine;
using Exchange.Adapter.Commands.Audit;
using Exchange.Adapter.Evidence.Exhibits;
using Exchange.Adapter.Journal;
using Exchange.Hosting.Commands;

namespace Exchange.Adapter.Commands.Journals;

/// <summary>All exchanges about one resident, or whichever are chosen, each held against the hub's log.</summary>
static class ProveCommand
{
    const int DefaultLimit = 1000, LargestLimit = 100_000;

    static readonly IReadOnlyList<string> columns = ["time", "side", "official", "case_id", "counterpart", "task", "data_set", "outcome", "log", "log_index", "proof", "says"];

    public static Command Create(string kind)
    {
        var (place, entries, log, format) = (new JournalArguments(kind), new EntryArguments(), ShownLog.Option(), JournalCommand.Format());
        var command = new Command("prove",
            "Tell entries with what the hub's log says of each, the newest first: by the proofs in the journal, or afresh with --log. " +
            "PROVEN: a signed and cosigned checkpoint has its entry; where the journal has the entry itself, question and answer are those that passed. WAITING: no checkpoint reaches it so far. " +
            "NO_RECEIPT: the receipt was lost on its way; the other agency has it. UNOPENED: an answer came that could not be opened. NO_ANSWER: nothing was exchanged. Any other word: see docs/evidence.md. " +
            "Exit code 0: every answer is proven; 1: one is not; 2: it could not run.");
        var limit = JournalCommand.Number("--limit", "How many are told.", DefaultLimit, 1, LargestLimit);
        entries.AddTo(command);
        command.Add(log);
        command.Add(limit);
        command.Add(format);
        place.AddTo(command);
        command.SetAction((parsed, stop) => AuditCommand.Run(async () =>
        {
            using var journal = place.Open(parsed);
            using var shown = parsed.GetValue(log) is { } where ? ShownLog.At(where, journal.Options) : null;
            var filter = entries.Filter(parsed, Console.In);
            var prover = new EntryProver(journal.Options.Agency, journal.Read, journal.Options.Logs, shown);
            var reading = journal.Begin("prove", EntryArguments.Choice(filter, entries.Side(parsed)));
            var rows = new RowWriter(Console.Out, JournalCommand.Format(parsed, format), columns);
            var (found, unproven) = (0L, 0L);
            using (var progress = Progress.OnConsole())
                foreach (var entry in journal.Read.Search(filter, entries.Side(parsed)).Take(parsed.GetValue(limit)))
                {
                    var proof = await prover.Prove(entry, stop).ConfigureAwait(false);
                    rows.Write(
                    [
                        GivenTime.Write(entry.TimeUnixMs), entry is AskedEntry ? "asked" : "answered", entry.Official, entry.CaseId, entry.Counterpart, entry.Task, entry.DataSet, EntryRow.Outcome(entry),
                        proof.Exhibit?.Receipt.Log ?? "", proof.Exhibit is null ? "" : $"{proof.Exhibit.Receipt.Index}", proof.Word, proof.Says,
                    ]);
                    unproven += proof.IsGood ? 0 : 1;
                    progress.At("entries held against the log", (ulong)++found, 0);
                }
            rows.Finish();
            journal.Readings.Finish(reading, found);
            return unproven == 0 ? Outcome.Done : Outcome.Failed;
        }));
        return command;
    }
}
