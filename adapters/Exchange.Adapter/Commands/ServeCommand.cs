using System.CommandLine;
using Exchange.Adapter.Serving;
using Exchange.Hosting.Commands;
using Exchange.Hosting.Services;
using Microsoft.Extensions.Hosting;

namespace Exchange.Adapter.Commands;

static class ServeCommand
{
    public static Command Create(AgencyKind kind)
    {
        var config = new Option<string[]>("--config") { Description = "This agency's adapter.yaml. Several serve several agencies, each in a process of its own that is started again when it ends.", Required = true, HelpName = "FILE", AllowMultipleArgumentsPerToken = true };
        var whileOpen = new Option<bool>(SeveralAgencies.WhileOpen) { Description = "Stop when standard input ends.", Hidden = true };
        var command = new Command("serve", "Connect to the hub, answer its questions and serve the local API until stopped.") { config, whileOpen };
        command.SetAction((parsed, stop) => Outcome.Of(() => parsed.GetRequiredValue(config) is [var only]
            ? Run(kind, only, parsed.GetValue(whileOpen), stop)
            : SeveralAgencies.Run(kind, parsed.GetRequiredValue(config), Console.Out, TimeProvider.System, stop)));
        return command;
    }

    static async Task<int> Run(AgencyKind kind, string config, bool whileOpen, CancellationToken stop)
    {
        var options = AdapterOptions.Read(config, $"exchange-{kind.Name}");
        await using var app = AdapterHost.Build(kind, options, TimeProvider.System);
        ListenPlaces.RefuseTaken(config, ("local_api.listen", options.LocalApi.Listen), ("management.port", options.Management?.Place));
        await app.StartAsync(stop).ConfigureAwait(false);
        Console.WriteLine($"Local API at {string.Join(", ", app.Urls)}");
        if (whileOpen)
            _ = SeveralAgencies.StopWhenClosed(app.Lifetime);
        await app.WaitForShutdownAsync(stop).ConfigureAwait(false);
        return Outcome.Done;
    }
}
