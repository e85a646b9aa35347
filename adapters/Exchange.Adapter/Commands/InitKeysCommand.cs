using System.CommandLine;
using Exchange.Adapter.Enrolment;
using Exchange.Hosting.Commands;

namespace Exchange.Adapter.Commands;

static class InitKeysCommand
{
    public static Command Create()
    {
        var keys = new Option<string>("--keys") { Description = "Where to write this agency's keys, mode 0600, outside the folder of its databases. Keep a copy in a safe place.", Required = true, HelpName = "FILE" };
        var command = new Command("init-keys", "Draw this agency's closing scalar and cache keys. Never overwrites them.") { keys };
        command.SetAction(parsed => Outcome.Of(() =>
        {
            AgencyKeys.Create(parsed.GetRequiredValue(keys));
            Console.WriteLine($"Wrote {parsed.GetRequiredValue(keys)}. Next: enrol --config adapter.yaml");
            return Outcome.Done;
        }));
        return command;
    }
}
