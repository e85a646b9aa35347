using System.CommandLine;
using Exchange.Adapter.Evidence.Exhibits;
using Exchange.Hosting.Commands;
using Exchange.Protocol.Transparency;

namespace Exchange.Adapter.Commands.Audit;

/// <summary>Checks what 'audit prove --bundle' wrote, with nothing but public keys.</summary>
static class CheckCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "What 'audit prove --bundle' wrote." };
        var key = new Option<string>("--key") { Description = "The log's key, as the hub's operator gave it out: the line NAME+HASH+KEY, or a file with it (log.pub).", Required = true, HelpName = "LINE" };
        var witnesses = new Option<string[]>("--witness") { Description = "A witness that must have cosigned: its line, or a file with it. May be given again.", HelpName = "LINE" };
        var format = AuditCommand.Format();
        var command = new Command("check", $"Check a bundle, with no journal, no hub and no network. {AuditCommand.ExitCodes}") { file, key, witnesses, format };
        // Whoever leaves the entry out could bring any message: what was not checked is not proven to somebody else.
        command.SetAction((parsed, _) => AuditCommand.Run(() =>
        {
            var exhibit = Exhibit.Read(parsed.GetRequiredValue(file));
            var findings = ExhibitCheck.Run(
                exhibit, AuditCommand.Line(parsed.GetRequiredValue(key), "--key", NoteKeyUse.Note),
                [.. (parsed.GetValue(witnesses) ?? []).Select(one => AuditCommand.Line(one, "--witness", NoteKeyUse.Cosignature))]);
            ExhibitReport.Write(Console.Out, parsed.GetRequiredValue(format) == "json", exhibit, findings);
            return Task.FromResult(findings.All(one => one.IsGood == true) ? Outcome.Done : Outcome.Failed);
        }));
        return command;
    }
}
