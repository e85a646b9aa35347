using System.CommandLine;
using Exchange.Hammer.Direct;
using Exchange.Hosting.Commands;

namespace Exchange.Hammer.Commands;

/// <summary>Started by a run: the provider that is called without an exchange.</summary>
static class DirectProviderCommand
{
    /// <summary>Said when it listens.</summary>
    public const string Ready = "Direct provider listening";

    public static Command Create()
    {
        var folder = new Option<string>("--folder") { Description = "Folder with agency.pem and agency.key.", Required = true, HelpName = "DIR" };
        var root = new Option<string>("--root") { Description = "The pinned root.", Required = true, HelpName = "FILE" };
        var crl = new Option<string>("--crl") { Description = "The revocation list, DER.", Required = true, HelpName = "FILE" };
        var port = new Option<int>("--port") { Description = "Port on 127.0.0.1.", Required = true };
        var command = new Command("direct-provider", "Answer direct calls over mTLS until stopped. A run starts this by itself.") { folder, root, crl, port };
        command.Hidden = true;
        command.SetAction((parsed, stop) => Outcome.Of(() => Run(
            new DirectFiles(
                Path.Combine(parsed.GetRequiredValue(folder), "agency.pem"), Path.Combine(parsed.GetRequiredValue(folder), "agency.key"),
                parsed.GetRequiredValue(root), parsed.GetRequiredValue(crl)),
            parsed.GetValue(port), stop)));
        return command;
    }

    static async Task<int> Run(DirectFiles files, int port, CancellationToken stop)
    {
        await using var app = DirectProvider.Build(files, port);
        await app.StartAsync(stop).ConfigureAwait(false);
        Console.WriteLine($"{Ready} on port {port}");
        await app.WaitForShutdownAsync(stop).ConfigureAwait(false);
        return Outcome.Done;
    }
}
