using System.CommandLine;
using Exchange.Adapter.Journal.Sealing;
using Exchange.Hosting.Commands;

namespace Exchange.Adapter.Commands.Journals;

/// <summary>Finds entries, the newest first.</summary>
static class SearchCommand
{
    const int DefaultLimit = 50, LargestLimit = 100_000;

    public static Command Create(string kind)
    {
        var (place, entries) = (new JournalArguments(kind), new EntryArguments());
        var limit = JournalCommand.Number("--limit", "How many are told.", DefaultLimit, 1, LargestLimit);
        var format = JournalCommand.Format();
        var command = new Command("search", "Find entries, the newest first. A person's and an official's are found at once; other choices of what is sealed open every entry of the time.");
        entries.AddTo(command);
        command.Add(limit);
        command.Add(format);
        place.AddTo(command);
        command.SetAction((parsed, stop) => JournalCommand.Run(() =>
        {
            using var journal = place.Open(parsed);
            return Task.FromResult(Run(journal, entries, parsed, parsed.GetValue(limit), JournalCommand.Format(parsed, format), stop));
        }));
        return command;
    }

    static int Run(OpenJournal journal, EntryArguments entries, ParseResult parsed, int limit, RowFormat format, CancellationToken stop)
    {
        var (filter, side, isTable) = (entries.Filter(parsed, Console.In), entries.Side(parsed), format == RowFormat.Table);
        var reading = journal.Begin("search", EntryArguments.Choice(filter, side));
        var rows = new RowWriter(Console.Out, format, isTable ? EntryRow.Short : EntryRow.All);
        var (found, unopened, looked) = (0, 0, 0UL);
        using (var progress = Progress.OnConsole())
        {
            var total = (ulong)journal.Read.Span(side);
            foreach (var entry in journal.Read.Search(filter, side, more => progress.At("entries", looked += (ulong)more, Math.Max(total, looked))))
            {
                stop.ThrowIfCancellationRequested();
                rows.Write(EntryRow.Of(entry, isTable));
                unopened += entry.Fault == SealFault.None ? 0 : 1;
                if (++found == limit)
                    break;
            }
        }
        rows.Finish();
        journal.Readings.Finish(reading, found);
        if (isTable)
            Console.Out.WriteLine(found == 0 ? "None." : found == limit ? $"The newest {found}; there may be more, see --limit and --until." : $"{found} in all.");
        return unopened == 0 ? Outcome.Done : Outcome.Fail(Unopened(unopened));
    }

    internal static string Unopened(long count) =>
        $"{count} of the entries do not open. KEY_MISSING: restore the key file that belongs to them. ENTRY_CHANGED: the row was changed; keep the file as it is and compare it with a copy.";
}
