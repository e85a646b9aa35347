using System.CommandLine;
using Exchange.Hosting.Commands;
using Exchange.Hosting.Services;
using Exchange.KeyAuthority.Serving;

namespace Exchange.KeyAuthority.Commands;

static class ServeCommand
{
    internal static Command Create()
    {
        var config = Config();
        var command = new Command("serve", "Evaluate enrolment batches for the hub until stopped.") { config };
        command.SetAction((parsed, stop) => Outcome.Of(() => Run(parsed.GetRequiredValue(config), stop)));
        return command;
    }

    internal static Option<string> Config() => new("--config")
    {
        Description = "YAML file with listen, certificate, key, root, revocation_list, key_file, batch_file, hub and, if need be, people_per_hour.",
        Required = true,
        HelpName = "FILE",
    };

    static async Task<int> Run(string config, CancellationToken stop)
    {
        var options = KeyAuthorityOptionsFile.Read(config, TimeProvider.System, waits: true);
        await using var app = KeyAuthorityHost.Build(options, TimeProvider.System);
        ListenPlaces.RefuseTaken(config, ("listen", options.Listen));
        await app.StartAsync(stop).ConfigureAwait(false);
        Console.WriteLine($"Listening on {string.Join(", ", app.Urls)}");
        await app.WaitForShutdownAsync(stop).ConfigureAwait(false);
        return 0;
    }
}
