using System.CommandLine;
using Exchange.Hosting.Commands;

namespace Exchange.Adapter.Commands.Journals;

/// <summary>Who read the journal.</summary>
static class ReadingsCommand
{
    static readonly string[] columns = ["time", "os_user", "command", "choice", "entries"];

    public static Command Create(string kind)
    {
        var place = new JournalArguments(kind);
        var limit = JournalCommand.Number("--limit", "How many are told.", 50, 1, 100_000);
        var format = JournalCommand.Format();
        var command = new Command("readings", "Show who read the journal, the newest first: when, as which user of the machine, by what, and how many entries. Without a number, it was stopped on the way.") { limit, format };
        place.AddTo(command, readsArchives: false);
        command.SetAction((parsed, stop) => JournalCommand.Run(() =>
        {
            using var journal = place.Open(parsed);
            var reading = journal.Begin("readings", []);
            var rows = new RowWriter(Console.Out, JournalCommand.Format(parsed, format), columns);
            var all = journal.Readings.Recent(parsed.GetValue(limit));
            foreach (var one in all)
                rows.Write([GivenTime.Write(one.TimeUnixMs), one.OsUser, one.Command, one.Choice.Replace("\n", "; ", StringComparison.Ordinal), $"{one.Entries}"]);
            rows.Finish();
            journal.Readings.Finish(reading, all.Count);
            return Task.FromResult(Outcome.Done);
        }));
        return command;
    }
}
