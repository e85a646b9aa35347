using Exchange.Hammer.Parties;
using Exchange.Reckoning;
using Exchange.Sandbox.Files;
using Exchange.Sandbox.Processes;

namespace Exchange.Hammer.Kills;

/// <summary>What a program of its own said about the files that were left.</summary>
sealed record FileCheck(string Name, bool IsGood, string Said);

/// <summary>When everything is stopped: the log by the hub's own command, and both agencies' journals against it.</summary>
static class Afterwards
{
    public static async Task<IReadOnlyList<FileCheck>> Check(ExchangeFolder folder, CancellationToken stop)
    {
        await using var family = new Family(folder.Folder);
        return
        [
            await Run(family, "the hub's log proves itself", Programs.Gateway, ["audit", "verify", "--config", folder.GatewayConfig], stop).ConfigureAwait(false),
            await Run(family, "both journals agree with the log", typeof(Books).Assembly.Location,
                ["--log", folder.AuditLog, .. folder.Agencies.Where(agency => File.Exists(agency.Journal)).SelectMany(agency => new[] { "--journal", $"{agency.Id}={agency.Journal},{agency.JournalKeys}" })], stop).ConfigureAwait(false),
        ];
    }

    static async Task<FileCheck> Run(Family family, string name, string program, IEnumerable<string> arguments, CancellationToken stop)
    {
        var child = family.Start(name, program, arguments);
        var code = await child.WaitForExit(stop).ConfigureAwait(false);
        var said = child.LastLines;
        await family.End(child).ConfigureAwait(false);
        return new FileCheck(name, code == 0, said);
    }
}
