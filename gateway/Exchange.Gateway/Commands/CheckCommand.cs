using System.CommandLine;
using Exchange.Gateway.Policy;
using Exchange.Hosting.Commands;
using Exchange.Hosting.Configuration;

namespace Exchange.Gateway.Commands;

/// <summary>What an operator runs before a hub serves, and before putting a changed matrix in place.</summary>
static class CheckCommand
{
    public static Command Create()
    {
        var config = new Option<string>("--config") { Description = "The hub's gateway.yaml.", Required = true, HelpName = "FILE" };
        var command = new Command("check", "Read configuration, certificate, revocation list, directory, matrix and quotas, and list every mistake with its line.") { config };
        command.SetAction(parsed => Outcome.Of(() =>
        {
            var problems = new Problems();
            var options = GatewayOptions.ReadToServe(parsed.GetRequiredValue(config), problems, TimeProvider.System, waits: false);
            // A file that does not exist has been told.
            var snapshot = File.Exists(options.Directory) && File.Exists(options.Matrix) && (options.Quotas is null || File.Exists(options.Quotas))
                ? new PolicyFiles(options.Directory, options.Matrix, options.Quotas).Read(problems)
                : null;
            problems.ThrowIfAny();
            Console.WriteLine($"Good: {Counted.Of(snapshot!.Directory.Agencies.Length, "agency", "agencies")}, {Counted.Of(snapshot.Directory.DataSets.Length, "data set")}, {Counted.Of(snapshot.Matrix.Rows.Length, "row")}, policy {snapshot.Version}.");
            return Outcome.Done;
        }));
        return command;
    }
}
