using System.CommandLine;
using Exchange.Gateway.Audit.Tree;
using Exchange.Hosting.Commands;
using Exchange.Hosting.Configuration;
using Exchange.Hosting.Services;

namespace Exchange.Gateway.Commands;

static class ServeCommand
{
    public static Command Create()
    {
        var config = new Option<string>("--config") { Description = "The hub's gateway.yaml.", Required = true, HelpName = "FILE" };
        var command = new Command("serve", "Take connections of agencies until stopped.") { config };
        command.SetAction((parsed, stop) => Outcome.Of(() => Run(parsed.GetRequiredValue(config), stop)));
        return command;
    }

    static async Task<int> Run(string config, CancellationToken stop)
    {
        var problems = new Problems();
        var options = GatewayOptions.ReadToServe(config, problems, TimeProvider.System, waits: true);
        problems.ThrowIfAny();
        await using var app = GatewayHost.Build(options, TimeProvider.System);
        ListenPlaces.RefuseTaken(config, ("listen", options.Listen), ("log.listen", options.Log.Listen), ("management.port", options.Management?.Place));
        await app.StartAsync(stop).ConfigureAwait(false);
        Console.WriteLine($"Listening on {string.Join(", ", app.Urls)}");
        await app.WaitForShutdownAsync(stop).ConfigureAwait(false);
        return app.Services.GetRequiredService<CheckpointWriter>().RolledBack is null ? Outcome.Done : Outcome.Failed;
    }
}
