using System.CommandLine;
using Exchange.Hosting.Commands;
using Exchange.Protocol.Identity;
using Exchange.Protocol.Pseudonyms;

namespace Exchange.KeyAuthority.Commands;

static class InitCommand
{
    internal static Command Create()
    {
        var folder = new Option<string>("--folder") { Description = "Where everything goes; it is made for its owner alone.", Required = true, HelpName = "DIR" };
        var hubPoint = new Option<string>("--hub-point") { Description = "The hub's public point h*G in hex, as the gateway's init wrote it.", Required = true, HelpName = "FILE" };
        var host = new Option<string>("--host") { Description = "Name or address under which the hub reaches it.", Required = true, HelpName = "HOST" };
        var hub = new Option<string>("--hub") { Description = "The name of the one hub that it serves.", DefaultValueFactory = _ => "hub-1", HelpName = "NAME" };
        var command = new Command("init", "Begin a key authority: draw its master key, write the request for its certificate and its configuration. What is there already stays as it is, so it may be repeated.") { folder, hubPoint, host, hub };
        command.SetAction(parsed => Outcome.Of(() => Run(parsed.GetRequiredValue(folder), parsed.GetRequiredValue(hubPoint), parsed.GetRequiredValue(host), parsed.GetRequiredValue(hub))));
        return command;
    }

    static int Run(string folder, string hubPoint, string host, string hub)
    {
        if (!TryReadPoint(hubPoint, out var point))
            return Outcome.Fail($"{hubPoint} does not hold a point: expected 64 hex digits, as the gateway's init writes them");
        if (!AgencyNames.IsId(hub))
            return Outcome.Fail($"'{hub}' is no name of a hub; it is what stands as 'name' in gateway.yaml, such as hub-1.");
        if (Uri.CheckHostName(host) == UriHostNameType.Unknown)
            return Outcome.Fail($"'{host}' is neither the name nor the address of a host; write it without https:// and without a port.");
        var made = new NewFolder(folder);
        NewAuthority.Write(made, hub, point, host);
        made.Tell(Console.Out);
        Console.WriteLine($"""

            Next:
            1. Copy {NewAuthority.KeyFile} into a safe now and after each admission: without it nobody can enrol again.
            2. Send {NewAuthority.Request} to the CA; put its answer here as authority.pem, the CA's own certificate as ca.pem and its list as ca.crl.
            3. Give authority.pem to the hub's operator, who hands it to agencies (agency invite), and say where this will listen (authority in gateway.yaml).
            4. exchange-key-authority check --config {Path.Combine(folder, NewAuthority.Config)}
            5. exchange-key-authority admit AGENCY --key-file {Path.Combine(folder, NewAuthority.KeyFile)} for each agency
            6. exchange-key-authority serve --config {Path.Combine(folder, NewAuthority.Config)}
            """);
        return Outcome.Done;
    }

    static bool TryReadPoint(string path, out byte[] point)
    {
        try
        {
            point = Convert.FromHexString(File.ReadAllText(path).Trim());
            return Ristretto.IsPoint(point);
        }
        catch (FormatException)
        {
            point = [];
            return false;
        }
    }
}
