using System.CommandLine;
using Exchange.Hammer.Direct;
using Exchange.Hammer.Peers;
using Exchange.Hosting.Commands;

namespace Exchange.Hammer.Commands;

/// <summary>Started by a run, each as a process of its own: the provider that is called without an exchange, and what may stand before it.</summary>
static class ServeCommands
{
    public const string DirectProviderVerb = "direct-provider";

    /// <summary>Said when one listens.</summary>
    public const string Ready = "Listening on port";

    public static IEnumerable<Command> Create() =>
    [
        Create(DirectProviderVerb, "Answer direct calls over mTLS until stopped.", one => DirectProvider.Build(one.Files, one.Port)),
        Create(YarpProxy.Verb, "Pass direct calls on through YARP until stopped.", one => YarpProxy.Build(one.Files, one.Port, one.ProviderPort)),
        Create(ConventionalHub.Verb, "Pass direct calls on, a committed row each, until stopped.", one => ConventionalHub.Build(one.Files, one.Port, one.ProviderPort, one.Connections, one.State)),
    ];

    sealed record Given(DirectFiles Files, int Port, int ProviderPort, int Connections, string State);

    static Command Create(string verb, string description, Func<Given, WebApplication> build)
    {
        var certificate = new Option<string>("--certificate") { Description = "Its certificate, PEM.", Required = true, HelpName = "FILE" };
        var key = new Option<string>("--key") { Description = "The key of it, PEM.", Required = true, HelpName = "FILE" };
        var root = new Option<string>("--root") { Description = "The pinned root.", Required = true, HelpName = "FILE" };
        var crl = new Option<string>("--crl") { Description = "The revocation list, DER.", Required = true, HelpName = "FILE" };
        var port = new Option<int>("--port") { Description = "Port on 127.0.0.1.", Required = true };
        var providerPort = new Option<int>("--provider-port") { Description = "Where the direct provider listens." };
        var connections = new Option<int>("--connections") { Description = "Connections to the provider.", DefaultValueFactory = _ => 2 };
        var state = new Option<string>("--state") { Description = "Folder for what it keeps.", DefaultValueFactory = _ => ".", HelpName = "DIR" };
        var command = new Command(verb, description + " A run starts this by itself.") { certificate, key, root, crl, port, providerPort, connections, state };
        command.Hidden = true;
        command.SetAction((parsed, stop) => Outcome.Of(async () =>
        {
            var given = new Given(
                new DirectFiles(parsed.GetRequiredValue(certificate), parsed.GetRequiredValue(key), parsed.GetRequiredValue(root), parsed.GetRequiredValue(crl)),
                parsed.GetValue(port), parsed.GetValue(providerPort), parsed.GetValue(connections), parsed.GetRequiredValue(state));
            await using var app = build(given);
            await app.StartAsync(stop).ConfigureAwait(false);
            Console.WriteLine($"{Ready} {given.Port}");
            await app.WaitForShutdownAsync(stop).ConfigureAwait(false);
            return Outcome.Done;
        }));
        return command;
    }
}
