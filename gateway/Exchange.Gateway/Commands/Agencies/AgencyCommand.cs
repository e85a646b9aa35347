using System.CommandLine;
using Exchange.Gateway.Directory;
using Exchange.Gateway.Policy;
using Exchange.Hosting.Commands;
using Exchange.Hosting.Configuration;

namespace Exchange.Gateway.Commands.Agencies;

/// <summary>Who takes part. A hub that serves takes each change within seconds.</summary>
static class AgencyCommand
{
    public static Command Create() => new("agency", "List, add, invite, suspend and revoke agencies. Each changes one row of directory.yaml and leaves the rest of the file as it is; a serving hub takes it within three seconds.")
    {
        ListCommand(),
        AddCommand(),
        InviteCommand.Create(),
        Status("suspend", "Let an agency neither ask nor be asked until it is resumed. Its connections are cut within seconds.", AgencyStatus.Suspended),
        Status("resume", "Let a suspended agency take part again.", AgencyStatus.Active),
        Status("revoke", "An agency leaves for good: as suspended, and never resumed. Its certificate is revoked by the CA besides, which this does not do.", AgencyStatus.Revoked),
    };

    public static Option<string> Config() => new("--config") { Description = "The hub's gateway.yaml.", Required = true, HelpName = "FILE" };

    public static Argument<string> Agency() => new("AGENCY") { Description = "Agency id, as in its certificate: jp.mun.131016" };

    public static PolicyFiles Files(GatewayOptions options) => new(options.Directory, options.Matrix, options.Quotas);

    /// <summary>What cannot be done is told in words.</summary>
    public static int Run(Func<int> run) => Outcome.Of(() =>
    {
        try
        {
            return run();
        }
        catch (DirectoryEditException e)
        {
            return Outcome.Fail(e.Message);
        }
    });

    static Command ListCommand()
    {
        var config = Config();
        var command = new Command("list", "Every agency of the directory, with its status.") { config };
        command.SetAction(parsed => Run(() =>
        {
            var problems = new Problems();
            var snapshot = Files(GatewayOptions.Read(parsed.GetRequiredValue(config))).Read(problems);
            problems.ThrowIfAny();
            var rows = new RowWriter(Console.Out, RowFormat.Table, ["agency", "kind", "status", "epochs", "name"]);
            foreach (var one in snapshot!.Directory.Agencies)
                rows.Write([one.Id, one.Kind, DirectoryFile.Word(one.Status), string.Join(' ', one.Epochs), one.Name]);
            rows.Finish();
            return Outcome.Done;
        }));
        return command;
    }

    static Command AddCommand()
    {
        var config = Config();
        var agency = Agency();
        var kind = new Option<string>("--kind") { Description = "What it is, such as municipality; the matrix speaks of kinds.", Required = true };
        var name = new Option<string>("--name") { Description = "As people call it.", Required = true };
        var command = new Command("add", "Put an agency into the directory, in epoch 1. The key authority admits it besides, and the CA certifies it.") { agency, config, kind, name };
        command.SetAction(parsed => Run(() =>
        {
            var options = GatewayOptions.Read(parsed.GetRequiredValue(config));
            var entry = new AgencyEntry(parsed.GetRequiredValue(agency), parsed.GetRequiredValue(kind), parsed.GetRequiredValue(name), AgencyStatus.Active, [1]);
            new DirectoryEdit(Files(options)).Add(entry);
            Console.WriteLine($"Added {entry.Id}.");
            Console.WriteLine($"Next: the key authority runs admit {entry.Id}; agency invite {entry.Id} writes what the agency pins.");
            return Outcome.Done;
        }));
        return command;
    }

    static Command Status(string verb, string description, AgencyStatus status)
    {
        var config = Config();
        var agency = Agency();
        var command = new Command(verb, description) { agency, config };
        command.SetAction(parsed => Run(() =>
        {
            var (id, word) = (parsed.GetRequiredValue(agency), DirectoryFile.Word(status));
            Console.WriteLine(new DirectoryEdit(Files(GatewayOptions.Read(parsed.GetRequiredValue(config)))).SetStatus(id, status)
                ? $"{id} is {word}."
                : $"{id} was {word} before; nothing changed.");
            return Outcome.Done;
        }));
        return command;
    }
}
