using System.CommandLine;
using Exchange.Hosting.Commands;
using Exchange.Hosting.Services;
using Exchange.KeyAuthority.Witnessing;
using Exchange.Protocol.Transparency;

namespace Exchange.KeyAuthority.Commands;

/// <summary>The witness: another office of the same body, with a key and a process of its own.</summary>
static class WitnessCommand
{
    internal static Command Create() => new("witness", "Watch the logs of hubs: cosign that each only ever grows.") { Init(), Serve() };

    static Command Init()
    {
        var key = new Option<string>("--key") { Description = "Where to write the key that cosigns, mode 0600.", Required = true, HelpName = "FILE" };
        var pinned = new Option<string>("--public") { Description = "Where to write the line that hubs, agencies and auditors pin.", Required = true, HelpName = "FILE" };
        var name = new Option<string>("--name") { Description = "The witness's name, in witness.yaml and in every cosignature, such as privacy-commission.", Required = true, HelpName = "NAME" };
        var state = new Option<string>("--state") { Description = "The store of what is cosigned. Never put it back to an older copy: the key would cosign a second history.", Required = true, HelpName = "FILE" };
        var command = new Command("init", "Draw a witness's key and begin its store. Never overwrites either.") { key, pinned, name, state };
        command.SetAction(parsed => Outcome.Of(() =>
        {
            if (!NoteKey.IsName(parsed.GetRequiredValue(name)))
                return Outcome.Fail("--name has 1 to 256 characters without spaces and plus signs.");
            Console.WriteLine(NewWitness.Draw(
                parsed.GetRequiredValue(key), parsed.GetRequiredValue(pinned), parsed.GetRequiredValue(name), parsed.GetRequiredValue(state), TimeProvider.System));
            Console.WriteLine("Next: give this line and the witness's address to the operator of each hub (log.witnesses), and the line to agencies and auditors.");
            return Outcome.Done;
        }));
        return command;
    }

    static Command Serve()
    {
        var config = new Option<string>("--config") { Description = "The witness's witness.yaml.", Required = true, HelpName = "FILE" };
        var command = new Command("serve", "Cosign checkpoints until stopped.") { config };
        command.SetAction((parsed, stop) => Outcome.Of(() => Run(parsed.GetRequiredValue(config), stop)));
        return command;
    }

    static async Task<int> Run(string config, CancellationToken stop)
    {
        var options = WitnessOptions.Read(config);
        await using var app = WitnessHost.Build(options, TimeProvider.System);
        ListenPlaces.RefuseTaken(config, ("listen", options.Listen), ("management.port", options.Management?.Place));
        await app.StartAsync(stop).ConfigureAwait(false);
        Console.WriteLine($"Listening on {string.Join(", ", app.Urls)}");
        await app.WaitForShutdownAsync(stop).ConfigureAwait(false);
        return Outcome.Done;
    }
}
