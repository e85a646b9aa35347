using System.CommandLine;
using Exchange.Hosting.Commands;
using Exchange.Protocol.Identity;
using Exchange.Protocol.Transparency;

namespace Exchange.Gateway.Commands.Begin;

/// <summary>From nothing to a folder that wants only the CA's answer.</summary>
static class InitCommand
{
    const string DefaultName = "hub-1";

    public static Command Create()
    {
        var folder = new Option<string>("--folder") { Description = "Where everything goes; it is made for its owner alone.", Required = true, HelpName = "DIR" };
        var host = new Option<string>("--host") { Description = "Name or address under which agencies reach the hub.", Required = true, HelpName = "HOST" };
        var name = new Option<string>("--name") { Description = "The hub's name, which is its log's as well. A replica has another one.", DefaultValueFactory = _ => DefaultName, HelpName = "NAME" };
        var authority = new Option<string?>("--authority") { Description = "Where the key authority will be: https://HOST:PORT. It may be written into gateway.yaml later.", HelpName = "URL" };
        var command = new Command("init", "Begin a hub: draw its keys, write the request for its certificate and its configuration. What is there already stays as it is, so it may be repeated.") { folder, host, name, authority };
        command.SetAction(parsed => Outcome.Of(() => Run(parsed.GetRequiredValue(folder), parsed.GetRequiredValue(host), parsed.GetRequiredValue(name), parsed.GetValue(authority))));
        return command;
    }

    static int Run(string folder, string host, string name, string? authority)
    {
        if (!AgencyNames.IsId(name) || !NoteKey.IsName(name))
            return Outcome.Fail($"'{name}' is no name of a hub; write lower-case words, such as hub-1.");
        if (Uri.CheckHostName(host) == UriHostNameType.Unknown)
            return Outcome.Fail($"'{host}' is neither the name nor the address of a host; write it without https:// and without a port.");
        Uri? second = null;
        if (authority is not null && !(Uri.TryCreate(authority, UriKind.Absolute, out second) && second is { Scheme: "https", PathAndQuery: "/" }))
            return Outcome.Fail($"'{authority}' is no address of a key authority; write https://HOST:PORT.");
        var made = new NewFolder(folder);
        NewHub.Write(made, name, host, second);
        made.Tell(Console.Out);
        Console.WriteLine($"""

            Next:
            1. Copy enrolment.key and log.key into a safe: with another enrolment.key everybody would have to be enrolled anew.
            2. Send {NewHub.Request} to the CA; put its answer here as hub.pem, the CA's own certificate as ca.pem and its list as ca.crl.
            3. Give {NewHub.Point} to the key authority (init --hub-point), and {NewHub.LogLine} to the witness and the auditors.
            4. exchange-gateway check --config {Path.Combine(folder, NewHub.Config)}
            5. exchange-gateway agency add for each agency, and a row of matrix.yaml for what it may ask.
            """);
        return Outcome.Done;
    }
}
