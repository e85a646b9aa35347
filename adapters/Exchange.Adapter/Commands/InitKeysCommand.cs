using System.CommandLine;
using Exchange.Adapter.Enrolment;
using Exchange.Adapter.Journal.Sealing;
using Exchange.Hosting.Commands;

namespace Exchange.Adapter.Commands;

static class InitKeysCommand
{
    public static Command Create()
    {
        var keys = new Option<string?>("--keys") { Description = "Where to write this agency's keys, mode 0600, outside the folder of its databases. Keep a copy in a safe place.", HelpName = "FILE" };
        var journal = new Option<string?>("--journal-keys") { Description = "Where to write the key of its journal, likewise, and best apart from the first: whoever only reads the journal needs no other. Without it nobody can ever read the journal.", HelpName = "FILE" };
        var command = new Command("init-keys", "Draw this agency's closing scalar and cache keys, and the key of its journal. Never overwrites them.") { keys, journal };
        command.Check(parsed =>
        {
            if (parsed.GetValue(keys) is null && parsed.GetValue(journal) is null)
                parsed.AddError("Give --keys, --journal-keys or both.");
        });
        command.SetAction(parsed => Outcome.Of(() =>
        {
            if (parsed.GetValue(keys) is { } file)
                AgencyKeys.Create(file);
            if (parsed.GetValue(journal) is { } journalFile)
                JournalKeys.Create(journalFile);
            Console.WriteLine($"Wrote {string.Join(" and ", new[] { parsed.GetValue(keys), parsed.GetValue(journal) }.OfType<string>())}. Next: enrol --config adapter.yaml");
            return Outcome.Done;
        }));
        return command;
    }
}
