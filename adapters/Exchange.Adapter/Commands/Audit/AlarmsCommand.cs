using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Exchange.Adapter.Evidence;
using Exchange.Hosting.Commands;

namespace Exchange.Adapter.Commands.Audit;

/// <summary>Lists what a hub did that it cannot explain away.</summary>
static class AlarmsCommand
{
    static readonly JsonSerializerOptions json = new(JsonSerializerDefaults.Web) { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Create(string kind)
    {
        var config = ConfigOption.Create();
        var all = new Option<bool>("--all") { Description = "Those that were acknowledged too." };
        var format = AuditCommand.Format();
        var command = new Command("alarms", "List the alarms about a hub's log that last until they are acknowledged. With json, each with the checkpoints that show it. Exit code 0: none is open; 1: one is; 2: it could not run.") { config, all, format };
        command.SetAction((parsed, _) => AuditCommand.Run(() =>
        {
            var options = AdapterOptions.Read(parsed.GetRequiredValue(config), $"exchange-{kind}");
            var alarms = new EvidenceTables(AuditCommand.Journal(options)).Alarms(parsed.GetValue(all));
            foreach (var one in alarms)
                Console.Out.WriteLine(parsed.GetRequiredValue(format) == "json" ? JsonSerializer.Serialize(one, json) : Text(one));
            if (alarms.Count == 0)
                Console.Error.WriteLine("There is no alarm.");
            return Task.FromResult(alarms.Any(one => one.AcknowledgedUnixMs is null) ? Outcome.Failed : Outcome.Done);
        }));
        return command;
    }

    static string Text(LogAlarm one) => string.Create(CultureInfo.InvariantCulture,
        $"{one.Id}  {Time(one.RaisedUnixMs)}  {one.Word}: {one.Says}{(one.AcknowledgedUnixMs is { } at ? $" (acknowledged {Time(at)} by {one.AcknowledgedBy})" : "")}");

    static string Time(long unixMs) => DateTimeOffset.FromUnixTimeMilliseconds(unixMs).ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
