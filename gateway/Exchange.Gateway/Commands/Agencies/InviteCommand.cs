using System.CommandLine;
using Exchange.Gateway.Directory;
using Exchange.Gateway.Pseudonyms;
using Exchange.Hosting.Commands;
using Exchange.Hosting.Configuration;
using Exchange.Hosting.Joining;
using Exchange.Hosting.Secrets;
using Exchange.Protocol.Transparency;

namespace Exchange.Gateway.Commands.Agencies;

/// <summary>Writes down for an agency everything it has to pin.</summary>
public static class InviteCommand
{
    internal static Command Create()
    {
        var config = AgencyCommand.Config();
        var agency = AgencyCommand.Agency();
        var hub = new Option<string[]>("--hub") { Description = "Address by which agencies reach the hub, one for each replica.", Required = true, HelpName = "URL", AllowMultipleArgumentsPerToken = true };
        var authority = new Option<string>("--authority-certificate") { Description = "The key authority's certificate, PEM, as that body gave it out.", Required = true, HelpName = "FILE" };
        var output = new Option<string>("--out") { Description = "Where to write the invitation.", Required = true, HelpName = "FILE" };
        var command = new Command("invite", "Write an invitation for an agency of the directory: everything that it pins, in one file, of which nothing is secret. Both sides read its fingerprint to each other over the telephone.") { agency, config, hub, authority, output };
        command.SetAction(parsed => AgencyCommand.Run(() =>
        {
            var options = GatewayOptions.Read(parsed.GetRequiredValue(config));
            var addresses = parsed.GetRequiredValue(hub).Select(text => Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps ? uri : null).ToList();
            if (addresses.Contains(null))
                return Outcome.Fail("--hub must be an address such as https://hub.example:7443.");
            var entry = Entry(options, parsed.GetRequiredValue(agency));
            var invitation = Of(options, entry, addresses!, File.ReadAllText(parsed.GetRequiredValue(authority)));
            File.WriteAllText(parsed.GetRequiredValue(output), invitation.Write());
            // Read again as the agency will.
            invitation = Invitation.Read(parsed.GetRequiredValue(output));
            Console.WriteLine($"Wrote {parsed.GetRequiredValue(output)} for {invitation.Name}. Its fingerprint, to be read over the telephone:");
            Console.WriteLine(invitation.Fingerprint);
            if (entry.Status == AgencyStatus.Suspended)
                Console.WriteLine($"{entry.Id} is suspended: nobody serves it until agency resume {entry.Id}.");
            return Outcome.Done;
        }));
        return command;
    }

    /// <exception cref="DirectoryEditException">There is no such agency, or it is revoked.</exception>
    public static Invitation Of(GatewayOptions options, string agency, IReadOnlyList<Uri> hubs, string authorityCertificate, InvitedCanary? canary = null) =>
        Of(options, Entry(options, agency), hubs, authorityCertificate, canary);

    static AgencyEntry Entry(GatewayOptions options, string agency)
    {
        var problems = new Problems();
        var snapshot = AgencyCommand.Files(options).Read(problems);
        problems.ThrowIfAny();
        if (snapshot!.Directory.Agencies.FirstOrDefault(one => one.Id == agency) is not { } entry)
            throw new DirectoryEditException($"{agency} is not in the directory; agency add puts it there.");
        if (entry.Status == AgencyStatus.Revoked)
            throw new DirectoryEditException($"{agency} is revoked, and a revoked agency does not come back under its id; nothing was written. Add it under another id, and invite that.");
        return entry;
    }

    static Invitation Of(GatewayOptions options, AgencyEntry entry, IReadOnlyList<Uri> hubs, string authorityCertificate, InvitedCanary? canary = null)
    {
        using var scalar = HubScalarFile.Read(options.EnrolmentKey);
        using var log = NoteKeyFile.Read(options.Log.Key, options.Name, NoteKeyUse.Note);
        return new Invitation(
            entry.Id, entry.Kind, entry.Name, hubs, Convert.ToHexStringLower(scalar.PublicPoint()), File.ReadAllText(options.Root), authorityCertificate,
            [new InvitedLog(log.Key.ToString(), [.. options.Log.Witnesses.Select(witness => witness.Key.ToString())])], canary);
    }
}
