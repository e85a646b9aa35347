using System.CommandLine;
using System.Globalization;
using Exchange.Adapter.Journal.Keeping;
using Exchange.Hosting.Commands;

namespace Exchange.Adapter.Commands.Journals;

static class PurgeCommand
{
    const int LongestReason = 500;

    public static Command Create(string kind)
    {
        var place = new JournalArguments(kind);
        var until = JournalCommand.Time("--until", "To the end of this day, or before this time; at most until now.", 1, required: true);
        var reason = new Option<string>("--legal-reason") { Description = "What law or order wants entries deleted before the end of journal_retention. It is kept in the journal, in the open; name no person.", DefaultValueFactory = _ => "", HelpName = "TEXT" };
        reason.Validators.Add(given =>
        {
            if (given.Tokens is [var token] && (token.Value.Trim().Length == 0 || token.Value.Length > LongestReason))
                given.AddError($"--legal-reason has 1 to {LongestReason} characters.");
        });
        var command = new Command("purge", "Delete the entries that need be kept no longer, for good, while the adapter runs. That they were is recorded with them in one transaction, and stays: see journal purges. Archive them first, if they are to be kept elsewhere.") { until, reason };
        place.AddTo(command, readsArchives: false);
        command.SetAction((parsed, stop) => JournalCommand.Run(async () =>
        {
            using var journal = place.Open(parsed);
            // What is written while it runs stays, whatever day is given.
            var (end, why) = (Math.Min(parsed.GetValue(until)!.Value, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()), parsed.GetValue(reason)!.Trim());
            if (end > Retention.Boundary(journal.Options.JournalRetention, TimeProvider.System) && why.Length == 0)
                return Outcome.Fail(string.Create(CultureInfo.InvariantCulture,
                    $"Entries are kept for {journal.Options.JournalRetention.TotalDays:F0} days (journal_retention), so nothing after {GivenTime.Write(Retention.Boundary(journal.Options.JournalRetention, TimeProvider.System))} is deleted. Give an earlier --until, or --legal-reason with what demands it."));
            var reading = journal.Begin("purge", [("until", GivenTime.Write(end))]);
            PurgeResult result;
            using (var progress = Progress.OnConsole())
                result = await new JournalPurge(journal.Read.Store, TimeProvider.System).Run(end, why, progress, stop).ConfigureAwait(false);
            journal.Readings.Finish(reading, result.Asked + result.Answered);
            Console.WriteLine($"Purged {result.Asked} entries asked and {result.Answered} answered. That stands in the journal: journal purges.");
            if (result.IsInWal)
                Console.WriteLine("Traces of them may stay in the file until its write-ahead log is next copied back, which the adapter does by itself.");
            return Outcome.Done;
        }));
        return command;
    }
}
