using System.CommandLine;
using Exchange.Gateway.Pseudonyms;
using Exchange.Hosting.Commands;

namespace Exchange.Gateway.Commands;

static class InitCommand
{
    public static Command Create()
    {
        var key = new Option<string>("--enrolment-key") { Description = "Where to write the hub's enrolment scalar, mode 0600. Keep a copy in a safe place: with another one everybody would have to be enrolled anew.", Required = true, HelpName = "FILE" };
        var point = new Option<string>("--hub-point") { Description = "Where to write the hub's public point, which the key authority and every agency pin.", Required = true, HelpName = "FILE" };
        var command = new Command("init", "Draw the hub's enrolment scalar. Never overwrites one.") { key, point };
        command.SetAction(parsed => Outcome.Of(() =>
        {
            HubScalarFile.Create(parsed.GetRequiredValue(key), parsed.GetRequiredValue(point));
            Console.WriteLine($"Wrote {parsed.GetRequiredValue(key)} and {parsed.GetRequiredValue(point)}. Next: give the point to the key authority (init --hub-point) and to each agency (hub_point).");
            return Outcome.Done;
        }));
        return command;
    }
}
