using System.CommandLine;
using Exchange.Adapter.Evidence;
using Exchange.Hosting.Commands;

namespace Exchange.Adapter.Commands.Audit;

/// <summary>Somebody has seen an alarm and answers for it. What it showed stays in the journal.</summary>
static class AcknowledgeCommand
{
    public static Command Create(string kind)
    {
        var id = new Argument<long>("ID") { Description = "The number that 'audit alarms' lists." };
        var config = ConfigOption.Create();
        var by = new Option<string>("--by") { Description = "Who answers for it; the name of this system's user without it.", DefaultValueFactory = _ => Environment.UserName, HelpName = "NAME" };
        var command = new Command("acknowledge", "Clear an alarm, which is written down with time and name. It is raised again when what it says is still so.") { id, config, by };
        command.SetAction((parsed, _) => AuditCommand.Run(() =>
        {
            var options = AdapterOptions.Read(parsed.GetRequiredValue(config), $"exchange-{kind}");
            var isCleared = new EvidenceTables(AuditCommand.Journal(options)).Acknowledge(parsed.GetValue(id), parsed.GetRequiredValue(by), TimeProvider.System.GetUtcNow());
            return Task.FromResult(isCleared ? Outcome.Done : Outcome.Fail($"No alarm {parsed.GetValue(id)} is open; list them with audit alarms."));
        }));
        return command;
    }
}
