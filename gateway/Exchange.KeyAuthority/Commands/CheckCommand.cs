using System.CommandLine;
using Exchange.Hosting.Commands;
using Exchange.KeyAuthority.Keys;
using Exchange.KeyAuthority.Serving;

namespace Exchange.KeyAuthority.Commands;

/// <summary>What <c>serve</c> would refuse, told without serving.</summary>
static class CheckCommand
{
    internal static Command Create()
    {
        var config = ServeCommand.Config();
        var command = new Command("check", "Read configuration, certificate, revocation list and key file, and list every mistake with its line.") { config };
        command.SetAction(parsed => Outcome.Of(() =>
        {
            var options = KeyAuthorityOptionsFile.Read(parsed.GetRequiredValue(config), TimeProvider.System);
            using var keys = new KeyFile(options.KeyFile).Read();
            Console.WriteLine($"Good: serves {string.Join(" and ", options.Hubs)}, {Counted.Of(keys.Commitments.Agencies.Count, "agency", "agencies")} admitted, certificate until {options.Certificate.NotAfter:yyyy-MM-dd}.");
            return Outcome.Done;
        }));
        return command;
    }
}
