using System.CommandLine;
using Exchange.Hosting.Commands;
using Microsoft.Extensions.Hosting;

namespace Exchange.Adapter.Commands;

static class ServeCommand
{
    public static Command Create(AgencyKind kind)
    {
        var config = ConfigOption.Create();
        var command = new Command("serve", "Connect to the hub, answer its questions and serve the local API until stopped.") { config };
        command.SetAction((parsed, stop) => Outcome.Of(() => Run(kind, parsed.GetRequiredValue(config), stop)));
        return command;
    }

    static async Task<int> Run(AgencyKind kind, string config, CancellationToken stop)
    {
        await using var app = AdapterHost.Build(kind, AdapterOptions.Read(config, $"exchange-{kind.Name}"), TimeProvider.System);
        await app.StartAsync(stop).ConfigureAwait(false);
        Console.WriteLine($"Local API at {string.Join(", ", app.Urls)}");
        await app.WaitForShutdownAsync(stop).ConfigureAwait(false);
        return Outcome.Done;
    }
}
