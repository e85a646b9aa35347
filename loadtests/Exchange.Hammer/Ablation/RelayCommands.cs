using System.CommandLine;
using Exchange.Hammer.Ablation.Relay;
using Exchange.Hammer.Commands;
using Exchange.Hammer.Contenders;
using Exchange.Hammer.Direct;
using Exchange.Hosting.Commands;

namespace Exchange.Hammer.Ablation;

/// <summary>The three processes of a relay, which a run starts by itself.</summary>
static class RelayCommands
{
    public const string MiddleVerb = "relay-middle", ProviderVerb = "relay-provider", CallerVerb = "relay-caller";

    public static IEnumerable<Command> Create() =>
    [
        Create(MiddleVerb, "Hand questions and answers on until stopped.", async (given, isReady, stop) =>
        {
            await using var app = RelayMiddle.Build(given.Files, given.Port);
            await app.StartAsync(stop).ConfigureAwait(false);
            isReady();
            await app.WaitForShutdownAsync(stop).ConfigureAwait(false);
        }),
        Create(ProviderVerb, "Answer through a relay until stopped.", (given, isReady, stop) => RelayProvider.Serve(given.Files, given.Port, AblationPlan.Connections, isReady, stop)),
        Create(CallerVerb, "Ask through a relay when told to, until stopped.", async (given, isReady, stop) =>
        {
            var lines = new List<RelayLine>();
            for (var i = 0; i < AblationPlan.Connections; i++)
                lines.Add(await RelayLine.Open(given.Files, given.Port, "caller", (_, _) => { }, stop).ConfigureAwait(false));
            await using var app = Generator.Build(new Dictionary<string, IContender> { [Generators.Relay] = new RelayCalls(lines) }, given.ToldAt);
            await app.StartAsync(stop).ConfigureAwait(false);
            isReady();
            await app.WaitForShutdownAsync(stop).ConfigureAwait(false);
            foreach (var line in lines)
                await line.DisposeAsync().ConfigureAwait(false);
        }),
    ];

    /// <summary>Certificates on the command line.</summary>
    /// <param name="files">Null: without TLS.</param>
    public static IEnumerable<string> Arguments(DirectFiles? files) => files is null ? [] : ["--files", files.Certificate, files.Key, files.Root, files.RevocationList];

    sealed record Given(DirectFiles? Files, int Port, int ToldAt);

    static Command Create(string verb, string description, Func<Given, Action, CancellationToken, Task> serve)
    {
        var files = new Option<string[]>("--files") { Description = "Certificate, key, root and revocation list; without them there is no TLS.", AllowMultipleArgumentsPerToken = true, HelpName = "FILE" };
        var port = new Option<int>("--port") { Description = "Of the middle, on 127.0.0.1.", Required = true };
        var toldAt = new Option<int>("--told-at") { Description = "Port on 127.0.0.1 at which it is told to ask." };
        var command = new Command(verb, description + " A run starts this by itself.") { files, port, toldAt };
        command.Hidden = true;
        command.SetAction((parsed, stop) => Outcome.Of(async () =>
        {
            var given = new Given(parsed.GetValue(files) is [var certificate, var key, var root, var crl] ? new DirectFiles(certificate, key, root, crl) : null, parsed.GetValue(port), parsed.GetValue(toldAt));
            await serve(given, () => Console.WriteLine($"{ServeCommands.Ready} {given.Port}"), stop).ConfigureAwait(false);
            return Outcome.Done;
        }));
        return command;
    }
}
