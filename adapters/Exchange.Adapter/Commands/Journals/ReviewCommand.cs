using System.CommandLine;
using Exchange.Adapter.Journal.Reading;
using Exchange.Adapter.Journal.Review;
using Exchange.Hosting.Commands;

namespace Exchange.Adapter.Commands.Journals;

/// <summary>For the privacy officer: a random sample, and what snooping looks like.</summary>
static class ReviewCommand
{
    const int MostColleagues = 1_000_000;

    static readonly TimeSpan window = TimeSpan.FromDays(30);

    static readonly string[] findingColumns = ["pattern", "official", "agency", "person", "task", "lookups", "people", "days", "newest", "request_ids"];

    public static Command Create(string kind)
    {
        var place = new JournalArguments(kind);
        var from = JournalCommand.Time("--from", "Of this day or time on; without it, 30 days before the end.", 0);
        var until = JournalCommand.Time("--until", "To the end of this day, or before this time; without it, now.", 1);
        var side = new Option<JournalSide>("--side") { Description = "asked: this agency's officials. answered: those of the agencies that asked it.", DefaultValueFactory = _ => JournalSide.Asked, HelpName = "SIDE" };
        var sample = JournalCommand.Number("--sample", "Entries drawn at random, to be held against their files.", 25, 0, 1000);
        var colleagues = new Option<string?>("--colleagues") { Description = "Local keys of persons whom nobody looks up without need, such as those who work here; one a line.", HelpName = "FILE" };
        var days = JournalCommand.Number("--days", "SAME_PERSON_AGAIN: on so many days of the time, or more, one official asked about one person.", 5, 2, 366);
        var times = JournalCommand.Number("--times", "FAR_ABOVE_OTHERS: so many times as many people as the middle official of the task, where at least 5 have it.", 5, 2, 1000);
        var least = JournalCommand.Number("--least-people", "FAR_ABOVE_OTHERS: fewer people than this are never too many.", 50, 1, 1_000_000);
        var format = JournalCommand.Format();
        var command = new Command("review", "Draw a random sample, and look for what snooping looks like: no case (NO_CASE), colleagues (COLLEAGUE), one person again and again (SAME_PERSON_AGAIN), an official far above the others of a task (FAR_ABOVE_OTHERS). Each is a reason to ask, and no proof: work has these patterns too.")
        {
            from, until, side, sample, colleagues, days, times, least, format,
        };
        place.AddTo(command);
        command.SetAction((parsed, stop) => JournalCommand.Run(() =>
        {
            using var journal = place.Open(parsed);
            var end = parsed.GetValue(until) ?? TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
            var options = new ReviewOptions
            {
                Side = parsed.GetValue(side),
                From = parsed.GetValue(from) ?? end - (long)window.TotalMilliseconds,
                Until = end,
                Sample = parsed.GetValue(sample),
                Colleagues = Colleagues(parsed.GetValue(colleagues)),
                Days = parsed.GetValue(days),
                Times = parsed.GetValue(times),
                LeastPeople = parsed.GetValue(least),
            };
            return Task.FromResult(Run(journal, options, JournalCommand.Format(parsed, format), stop));
        }));
        return command;
    }

    static int Run(OpenJournal journal, ReviewOptions options, RowFormat format, CancellationToken stop)
    {
        (string, string)[] choice =
        [
            ("side", options.Side.ToString().ToLowerInvariant()), ("from", GivenTime.Write(options.From)), ("until", GivenTime.Write(options.Until)), ("sample", $"{options.Sample}"),
            ("colleagues", $"{options.Colleagues.Count}"), ("days", $"{options.Days}"), ("times", $"{options.Times}"), ("least-people", $"{options.LeastPeople}"),
        ];
        var reading = journal.Begin("review", choice);
        ReviewResult result;
        using (var progress = Progress.OnConsole())
        {
            var (looked, total) = (0UL, (ulong)journal.Read.Span(options.Side));
            result = new JournalReview(journal.Read, options).Run(more => progress.At("entries", looked += (ulong)more, Math.Max(total, looked)), stop);
        }
        Write(Console.Out, result, options, format);
        journal.Readings.Finish(reading, result.Entries);
        return result.Unopened == 0 ? Outcome.Done : Outcome.Fail(SearchCommand.Unopened(result.Unopened));
    }

    static void Write(TextWriter output, ReviewResult result, ReviewOptions options, RowFormat format)
    {
        if (format != RowFormat.Table)
        {
            // One form for both: a drawn entry has the pattern SAMPLE.
            var all = new RowWriter(output, format, [.. findingColumns, .. EntryRow.Short]);
            foreach (var finding in result.Findings)
                all.Write([.. Row(finding), .. EntryRow.Short.Select(_ => "")]);
            foreach (var entry in result.Sample)
                all.Write(["SAMPLE", .. findingColumns.Skip(1).Select(_ => ""), .. EntryRow.Of(entry, isShort: true)]);
            all.Finish();
            return;
        }
        output.WriteLine($"{result.Entries} entries from {GivenTime.Write(options.From)} to {GivenTime.Write(options.Until)}.");
        foreach (var pattern in result.Findings.GroupBy(one => one.Pattern))
        {
            output.WriteLine();
            output.WriteLine($"{ReviewFinding.Name(pattern.Key)}: {ReviewFinding.Words(pattern.Key, options)}");
            var rows = new RowWriter(output, RowFormat.Table, [.. findingColumns.Skip(1)]);
            foreach (var finding in pattern)
                rows.Write([.. Row(finding).Skip(1)]);
            rows.Finish();
        }
        output.WriteLine();
        output.WriteLine(result.Findings.Count == 0 ? "No pattern was found; that is no proof that nobody looked." : "Each is a reason to ask the official what it was for, and no proof of anything: work has these patterns too.");
        if (result.IsCut)
            output.WriteLine($"Of each pattern the {JournalReview.MostFindings} gravest are told; there are more.");
        if (result.Sample.Count == 0)
            return;
        output.WriteLine();
        output.WriteLine($"{result.Sample.Count} entries drawn at random; hold each against the file of its case:");
        var sample = new RowWriter(output, RowFormat.Table, EntryRow.Short);
        foreach (var entry in result.Sample)
            sample.Write(EntryRow.Of(entry, isShort: true));
        sample.Finish();
    }

    static string[] Row(ReviewFinding one) =>
    [
        ReviewFinding.Name(one.Pattern), one.Official, one.Agency, one.Person, one.Task, $"{one.Lookups}", one.People == 0 ? "" : $"{one.People}", one.Days == 0 ? "" : $"{one.Days}",
        GivenTime.Write(one.Newest[0].TimeUnixMs), string.Join(' ', one.Newest.Where(entry => !entry.RequestId.IsEmpty).Select(entry => Convert.ToHexStringLower(entry.RequestId.Span))),
    ];

    static HashSet<string> Colleagues(string? path)
    {
        if (path is null)
            return [];
        var found = File.ReadLines(path).Select(line => line.Trim()).Where(line => line.Length > 0).Take(MostColleagues + 1).ToHashSet(StringComparer.Ordinal);
        return found.Count <= MostColleagues ? found : throw new IOException($"{path} has more than {MostColleagues} lines");
    }
}
