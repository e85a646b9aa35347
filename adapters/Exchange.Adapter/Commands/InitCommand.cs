using System.CommandLine;
using System.Security.Cryptography;
using Exchange.Adapter.Joining;
using Exchange.Adapter.Sources;
using Exchange.Hosting.Commands;
using Exchange.Hosting.Configuration;
using Exchange.Hosting.Secrets;
using Exchange.Hosting.Storage;
using Spectre.Console;

namespace Exchange.Adapter.Commands;

/// <summary>Brings this agency into an exchange, step by step.</summary>
static class InitCommand
{
    const int Joined = 0, NotYet = 1;

    /// <summary>Where nobody says how wide a line may be.</summary>
    const int PlainWidth = 160;

    public static Command Create(AgencyKind kind)
    {
        var folder = new Option<string>("--folder") { Description = "Where this agency keeps its configuration, keys and databases. Begun again there, it goes on where it stopped.", DefaultValueFactory = _ => "agency", HelpName = "DIR" };
        var invitation = new Option<string?>("--invitation") { Description = "What the hub's operator gave you. Either this or --exchange; asked for when neither is given.", HelpName = "FILE" };
        var exchange = new Option<string?>("--exchange") { Description = "Folder of a sandbox that stays up, to join that.", HelpName = "DIR" };
        var answer = new Option<string[]>("--answer") { Description = "An answer given beforehand, such as records=csv; each question tells its name in brackets.", HelpName = "NAME=VALUE" };
        var yes = new Option<bool>("--yes") { Description = "Take every suggestion without asking." };
        var command = new Command("init", "Bring this agency into an exchange: certificate, hub, records, configuration, enrolment, a first question; each answer is tested as it is given. Exit code 0: it has joined; 1: something is still to be done, and was said.") { folder, invitation, exchange, answer, yes };
        command.Check(parsed =>
        {
            if (parsed.GetValue(invitation) is not null && parsed.GetValue(exchange) is not null)
                parsed.AddError("Give either --invitation or --exchange.");
            foreach (var given in (parsed.GetValue(answer) ?? []).Where(one => one.IndexOf('=', StringComparison.Ordinal) < 1))
                parsed.AddError($"--answer {given}: write NAME=VALUE.");
        });
        command.SetAction((parsed, stop) => Run(
            kind, parsed.GetRequiredValue(folder), parsed.GetValue(invitation), parsed.GetValue(exchange), parsed.GetValue(answer) ?? [], parsed.GetValue(yes), Console(), TimeProvider.System, stop));
        return command;
    }

    internal static async Task<int> Run(
        AgencyKind kind, string folder, string? invitation, string? exchange, IReadOnlyList<string> answers, bool yes, IAnsiConsole console, TimeProvider time, CancellationToken stop)
    {
        var given = answers.Select(one => one.Split('=', 2)).GroupBy(one => one[0]).ToDictionary(same => same.Key, same => same.Last()[1], StringComparer.Ordinal);
        var ask = new Interview(given, yes, console, stop);
        try
        {
            var files = new JoiningFolder(Path.GetFullPath(folder));
            var hasJoined = await new Joiner(kind, files, ask, time).Run(invitation, exchange is null ? null : new SandboxDoor(Path.GetFullPath(exchange), kind.Name), stop).ConfigureAwait(false);
            if (!hasJoined)
                return NotYet;
            ask.Heading("Done");
            ask.Say($"Serve:         exchange-{kind.Name} serve --config {files.Config}");
            ask.Say($"How it stands: exchange-{kind.Name} doctor --config {files.Config} --caller-key {files.CallerKey}");
            ask.Say($"Copy {Path.GetDirectoryName(files.AgencyKeys)} to a safe place today: without its keys everybody has to be enrolled anew, and the journal stays shut.");
            return Joined;
        }
        catch (Exception e) when (e is InterviewException or ConfigurationException or SourceException or SecretFileException or StoreException or CryptographicException or IOException or UnauthorizedAccessException)
        {
            ask.Say(e.Message);
            return NotYet;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            ask.Say(Environment.NewLine + "Stopped. Run the same command again to go on; what was answered is kept.");
            return NotYet;
        }
        finally
        {
            if (ask.Unused.Any())
                ask.Say($"Not asked for: {string.Join(", ", ask.Unused)}.");
        }
    }

    static IAnsiConsole Console()
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings());
        if (System.Console.IsOutputRedirected)
            console.Profile.Width = PlainWidth;
        return console;
    }
}
