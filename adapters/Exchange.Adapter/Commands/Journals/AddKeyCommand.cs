using System.CommandLine;
using Exchange.Adapter.Journal.Sealing;
using Exchange.Hosting.Commands;

namespace Exchange.Adapter.Commands.Journals;

static class AddKeyCommand
{
    public static Command Create(string kind)
    {
        var place = new JournalArguments(kind);
        var command = new Command("add-key", "Draw one more key of the journal. From its next start on the adapter seals with it; the earlier ones stay in the file, since they open what they sealed.");
        place.AddTo(command, readsArchives: false);
        command.SetAction(parsed => Outcome.Of(() =>
        {
            var file = place.Options(parsed).JournalKeys;
            Console.WriteLine($"{file} now holds {JournalKeys.Add(file)} keys; copy it to the safe place, and start the adapter again.");
            return Outcome.Done;
        }));
        return command;
    }
}
