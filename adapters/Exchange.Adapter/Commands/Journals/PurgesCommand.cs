using System.CommandLine;
using Exchange.Adapter.Journal.Keeping;
using Exchange.Hosting.Commands;

namespace Exchange.Adapter.Commands.Journals;

/// <summary>What was purged of the journal.</summary>
static class PurgesCommand
{
    static readonly string[] columns =
        ["time", "os_user", "until", "asked", "asked_first", "asked_last", "answered", "answered_first", "answered_last", "finished", "legal_reason"];

    public static Command Create(string kind)
    {
        var place = new JournalArguments(kind);
        var format = JournalCommand.Format();
        var command = new Command("purges", "Show what was purged of the journal, the newest first: by whom, how many entries, and their first and last number.") { format };
        place.AddTo(command);
        command.SetAction((parsed, stop) => JournalCommand.Run(() =>
        {
            using var journal = place.Open(parsed);
            var rows = new RowWriter(Console.Out, JournalCommand.Format(parsed, format), columns);
            foreach (var one in new JournalPurge(journal.Read.Store, TimeProvider.System).Records())
                rows.Write(
                [
                    GivenTime.Write(one.TimeUnixMs), one.OsUser, GivenTime.Write(one.UntilUnixMs), $"{one.Asked}", $"{one.AskedFirst}", $"{one.AskedLast}",
                    $"{one.Answered}", $"{one.AnsweredFirst}", $"{one.AnsweredLast}", one.FinishedUnixMs is { } finished ? GivenTime.Write(finished) : "stopped", one.LegalReason,
                ]);
            rows.Finish();
            return Task.FromResult(Outcome.Done);
        }));
        return command;
    }
}
