using System.Reflection;
using Exchange.Hammer.Parties;
using Exchange.Sandbox.Files;
using Exchange.Sandbox.Processes;

namespace Exchange.Hammer.Kills;

/// <summary>What a program of its own said about the files that were left.</summary>
sealed record FileCheck(string Name, bool IsGood, string Said);

/// <summary>When everything is stopped: the log by the hub's own command, and both agencies' journals against it.</summary>
static class Afterwards
{
    /// <summary>Where the program was built that knows nothing of the others' code.</summary>
    static string Reckoning => typeof(Afterwards).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(one => one.Key == "Exchange.Reckoning").Value!;

    public static async Task<IReadOnlyList<FileCheck>> Check(ExchangeFolder folder, bool isInDatabase, CancellationToken stop)
    {
        await using var family = new Family(folder.Folder);
        return
        [
            await Run(folder, family, "the hub's log proves itself", Programs.Gateway, ["audit", "verify", "--config", folder.GatewayConfig], stop).ConfigureAwait(false),
            await Run(folder, family, "both journals agree with the log", Reckoning,
                [.. isInDatabase ? ["--log-database", DrillDatabase.Variable] : new[] { "--log", folder.AuditLog }, .. folder.Agencies.Where(agency => File.Exists(agency.Journal)).SelectMany(agency => new[] { "--journal", $"{agency.Id}={agency.Journal},{agency.JournalKeys}" })], stop).ConfigureAwait(false),
        ];
    }

    static async Task<FileCheck> Run(ExchangeFolder folder, Family family, string name, string program, IEnumerable<string> arguments, CancellationToken stop)
    {
        var child = family.Start(name, program, arguments);
        var code = await child.WaitForExit(stop).ConfigureAwait(false);
        var said = child.LastLines.Replace(folder.Folder + Path.DirectorySeparatorChar, "", StringComparison.Ordinal);
        await family.End(child).ConfigureAwait(false);
        return new FileCheck(name, code == 0, said);
    }
}
