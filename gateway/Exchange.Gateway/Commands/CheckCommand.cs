using System.CommandLine;
using Exchange.Gateway.Policy;
using Exchange.Hosting.Commands;
using Exchange.Hosting.Configuration;

namespace Exchange.Gateway.Commands;

/// <summary>What an operator runs before putting a changed matrix in place.</summary>
static class CheckCommand
{
    public static Command Create()
    {
        var config = new Option<string>("--config") { Description = "The hub's gateway.yaml.", Required = true, HelpName = "FILE" };
        var command = new Command("check", "Read configuration, directory, matrix and quotas, and list every mistake with its line.") { config };
        command.SetAction(parsed => Outcome.Of(() =>
        {
            var options = GatewayOptions.Read(parsed.GetRequiredValue(config));
            var problems = new Problems();
            var snapshot = new PolicyFiles(options.Directory, options.Matrix, options.Quotas).Read(problems);
            problems.ThrowIfAny();
            Console.WriteLine($"Good: {snapshot!.Directory.Agencies.Length} agencies, {snapshot.Directory.DataSets.Length} data sets, {snapshot.Matrix.Rows.Length} rows, policy {snapshot.Version}.");
            return Outcome.Done;
        }));
        return command;
    }
}
