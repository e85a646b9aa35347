using System.CommandLine;
using Exchange.Adapter.Journal.Keeping;
using Exchange.Hosting.Commands;

namespace Exchange.Adapter.Commands.Journals;

static class ArchiveCommand
{
    /// <summary>No entry is written later than so long after its time.</summary>
    static readonly TimeSpan settled = TimeSpan.FromSeconds(10);

    public static Command Create(string kind)
    {
        var place = new JournalArguments(kind);
        var until = JournalCommand.Time("--until", "To the end of this day, or before this time.", 1, required: true);
        var output = new Option<string>("--output") { Description = "A new file.", Required = true, HelpName = "FILE" };
        var command = new Command("archive", "Copy entries, sealed as they are, into a file that every journal command reads with --journal. It is read back and compared before it gets its name; the journal keeps what it has.") { until, output };
        place.AddTo(command, readsArchives: false);
        command.SetAction((parsed, stop) => JournalCommand.Run(() =>
        {
            using var journal = place.Open(parsed);
            var file = Path.GetFullPath(parsed.GetRequiredValue(output));
            // What is being written now could not be compared.
            var end = Math.Min(parsed.GetValue(until)!.Value, (TimeProvider.System.GetUtcNow() - settled).ToUnixTimeMilliseconds());
            var reading = journal.Begin("archive", [("until", GivenTime.Write(end)), ("output", file)]);
            ArchiveResult result;
            using (var progress = Progress.OnConsole())
                result = JournalArchive.Write(journal.Read, end, file, progress, stop);
            journal.Readings.Finish(reading, result.Asked + result.Answered);
            Console.WriteLine($"Wrote {result.Asked} entries asked and {result.Answered} answered to {file}, read them back, and found them the same. They are sealed: whoever is to read them needs {journal.Options.JournalKeys} too.");
            return Task.FromResult(result.Unopened == 0 ? Outcome.Done : Outcome.Fail($"In the journal as in the archive, {SearchCommand.Unopened(result.Unopened)}"));
        }));
        return command;
    }
}
