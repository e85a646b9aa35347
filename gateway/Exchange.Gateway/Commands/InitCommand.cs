using System.CommandLine;
using Exchange.Gateway.Pseudonyms;
using Exchange.Hosting.Commands;
using Exchange.Hosting.Secrets;
using Exchange.Protocol.Transparency;

namespace Exchange.Gateway.Commands;

static class InitCommand
{
    public static Command Create()
    {
        var key = new Option<string>("--enrolment-key") { Description = "Where to write the hub's enrolment scalar, mode 0600. Keep a copy in a safe place: with another one everybody would have to be enrolled anew.", Required = true, HelpName = "FILE" };
        var point = new Option<string>("--hub-point") { Description = "Where to write the hub's public point, which the key authority and every agency pin.", Required = true, HelpName = "FILE" };
        var name = new Option<string>("--name") { Description = "The hub's name in gateway.yaml, which is the log's as well.", Required = true, HelpName = "NAME" };
        var log = new Option<string>("--log-key") { Description = "Where to write the key that signs the log's checkpoints, mode 0600. With another one a new log has to be begun.", Required = true, HelpName = "FILE" };
        var reader = new Option<string>("--log-public") { Description = "Where to write the line that whoever reads the log pins.", Required = true, HelpName = "FILE" };
        var command = new Command("init", "Draw the hub's enrolment scalar and the key of its log. Never overwrites one.") { key, point, name, log, reader };
        command.SetAction(parsed => Outcome.Of(() =>
        {
            if (!NoteKey.IsName(parsed.GetRequiredValue(name)))
                return Outcome.Fail("--name has 1 to 256 characters without spaces and plus signs.");
            HubScalarFile.Create(parsed.GetRequiredValue(key), parsed.GetRequiredValue(point));
            NoteKeyFile.Create(parsed.GetRequiredValue(log), parsed.GetRequiredValue(reader), parsed.GetRequiredValue(name), NoteKeyUse.Note);
            Console.WriteLine($"Wrote {parsed.GetRequiredValue(key)}, {parsed.GetRequiredValue(point)}, {parsed.GetRequiredValue(log)} and {parsed.GetRequiredValue(reader)}.");
            Console.WriteLine("Next: give the point to the key authority (init --hub-point) and to each agency (hub_point), and the log's line to each agency (logs), witness and auditor.");
            return Outcome.Done;
        }));
        return command;
    }
}
