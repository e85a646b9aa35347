using Exchange.Sandbox.Calls;
using Exchange.Sandbox.Processes;
using Spectre.Console;

namespace Exchange.Sandbox.Story;

/// <summary>Where everything is, and commands to go on with.</summary>
static class NextSteps
{
    public static void Tell(Scene scene, SandboxOptions options)
    {
        var (tell, folder, agency) = (scene.Narrator, scene.Folder, scene.Chiyoda.Agency);
        var token = Path.Combine(folder.Folder, "token");
        TokenFile.Write(token, AgencyCaller.Token(agency, scene.Time));
        var renew = $"{ChildProcess.Dotnet} {Quote(Programs.Adapter(agency.Kind))} token --config {Quote(agency.Config)} --caller {agency.Caller} --key {Quote(agency.CallerKey)} > {Quote(token)}";
        if (options.Once)
        {
            tell.Heading("That was the story; the state is kept");
            tell.Say("Start again from it, and stay up:");
            tell.Verbatim($"  {ChildProcess.Dotnet} {Quote(Programs.Sandbox)} --state {Quote(folder.Folder)}");
            return;
        }

        tell.Heading("The exchange is up; Ctrl-C stops it");
        var table = Narrator.Table("who", "address", "health and metrics", "process");
        table.AddRow("hub", folder.Gateway.ToString(), folder.GatewayReady.ToString(), Process(scene, "hub"));
        foreach (var one in folder.Agencies)
            table.AddRow($"{one.Name} ({one.Id})", one.LocalApi.ToString(), one.Ready.ToString(), Process(scene, one.Id));
        table.AddRow("key authority", "", "", Process(scene, "authority"));
        table.AddRow("witness", folder.Witness.ToString(), folder.WitnessReady.ToString(), Process(scene, "witness"));
        table.AddRow("Redis", scene.Redis.Address, "", scene.Redis.IsEmbedded ? "in this process" : "");
        tell.Show(table);
        tell.Say($"Logs are in {Markup.Escape(scene.Exchange.Logs)}, configuration beside them.");

        var curl = $"curl --silent --show-error --write-out '\\n' --cacert {Quote(folder.Root)} -H \"Authorization: Bearer $(cat {Quote(token)})\"";
        var resident = scene.NextResident();
        tell.Heading("What to do next, in another terminal");
        Step("Ask as Chiyoda's benefit system. The token is good for eight hours:",
            $"{curl} -H 'Content-Type: application/json' {agency.LocalApi}v1/lookups \\\n    -d {Quote(AgencyCaller.Json(scene.IncomeOf(resident)))}");
        Step("A new token, when that one is over:", renew);
        Step("What may be asked, of whom, by which law:", $"{curl} {agency.LocalApi}v1/grants");
        Step("Who asked the tax agency about that resident, as the counter shows it to them:",
            $"{ChildProcess.Dotnet} {Quote(Programs.Adapter(agency.Kind))} ask --config {Quote(agency.Config)} --caller-key {Quote(agency.CallerKey)} --task access-to-own-records --data-set tax.history.v1 --person {resident.TownKey} --official suzuki --case counter-1");
        Step("Every field of the API:", $"curl --silent --show-error --cacert {Quote(folder.Root)} {agency.LocalApi}openapi.json");
        Step($"Change who may ask what in {Markup.Escape(folder.Matrix)}; the hub takes it within seconds. Checked beforehand, every mistake with its line:",
            $"{ChildProcess.Dotnet} {Quote(Programs.Gateway)} check --config {Quote(folder.GatewayConfig)}");
        Step("What the hub counts:", $"curl --silent {new Uri(folder.GatewayReady, "/metrics")} | grep ^exchange_");
        Step("The newest checkpoint of its log, signed by the hub and cosigned by the witness that only ever more was added:", $"curl --silent {new Uri(folder.Log, "checkpoint")}");
        Step("A third town joins with its own files, step by step:", $"{ChildProcess.Dotnet} {Quote(Programs.Adapter("municipality"))} init --folder minato --exchange {Quote(folder.Folder)}");
        Step("How Chiyoda's adapter stands, with a mark for each thing:", $"{ChildProcess.Dotnet} {Quote(Programs.Adapter(agency.Kind))} doctor --config {Quote(agency.Config)} --caller-key {Quote(agency.CallerKey)}");
        Step("A power cut at the hub; it is started again, and lookups go on:", $"kill -9 {Process(scene, "hub")}");
        if (File.Exists("Exchange.sln"))
            Step("Every test:", "dotnet test Exchange.sln");

        void Step(string what, string command)
        {
            tell.Say($"\n{what}");
            tell.Verbatim("  " + command);
        }
    }

    static string Process(Scene scene, string name) => $"{scene.Exchange.Running.Single(child => child.Name == name).Id}";

    /// <summary>One word of a POSIX shell.</summary>
    static string Quote(string text) =>
        text.All(letter => char.IsAsciiLetterOrDigit(letter) || "-_./:=".Contains(letter, StringComparison.Ordinal)) ? text : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
