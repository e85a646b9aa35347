using System.Diagnostics;
using Exchange.Adapter.Enrolment;
using Exchange.Sandbox.Files;
using Exchange.Sandbox.Processes;
using Exchange.V1;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Exchange.Journeys.Tests.Faults;

public sealed class DeltaTests(Enrolled enrolled)
{
    [Fact]
    public async Task A_serving_adapter_does_changes_of_people_by_itself_and_lookups_see_them_at_once()
    {
        await using var scene = await Scene.Start(enrolled, prepare: WithDeltas);
        var who = scene.Resident(Scene.Osaka, 1);
        await scene.Answered(who);

        Put(scene, "changes-1.csv", $"removed,{who.TaxKey},\ndied,{who.TaxKey},\n");
        await Scene.Until(() => File.Exists(Kept(scene, "changes-1.csv")), "the person is removed");
        Assert.Equal(AnswerStatus.NotFound, (await scene.Ask(who)).Status);
        Assert.Contains("1 removed, 0 moved out, 1 died", File.ReadAllText(Kept(scene, "changes-1.csv.result.txt")), StringComparison.Ordinal);

        // The key authority is off.
        Put(scene, "changes-2.csv", $"moved_in,{who.TaxKey},{who.Number}\n");
        await Scene.Until(() => Health(scene)?.Contains("changes-2.csv is not finished", StringComparison.Ordinal) == true, "the health page names the file");
        Assert.False(scene.Of<People>(Scene.Tax).TryFind(who.TaxKey, out _));
        await scene.Exchange.StartAuthority();
        await Scene.Until(() => File.Exists(Kept(scene, "changes-2.csv")), "the person is enrolled again");
        await scene.Answered(who);
        await Scene.Until(() => Health(scene) is null, "the health page is well");
        scene.NothingIsAmiss();
    }

    [Fact]
    public async Task Enrol_beside_a_serving_adapter_says_what_to_do_instead()
    {
        await using var scene = await Scene.Start(enrolled, prepare: WithDeltas);
        var agency = scene.Folder.Agency(Scene.Tax);
        Put(scene, "today.csv", "removed,nobody,\n");
        foreach (string[] arguments in new string[][] { [], ["--delta", Incoming(scene, "today.csv")] })
        {
            using var process = Process.Start(new ProcessStartInfo("dotnet", [Programs.Adapter("tax"), "enrol", "--config", agency.Config, .. arguments]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            var said = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.Equal(1, process.ExitCode);
            foreach (var part in new[] { "people.db is held by", "let it serve and put what changed into", "changes-*.csv" })
                Assert.Contains(part, said, StringComparison.Ordinal);
        }
    }

    static void WithDeltas(ExchangeFolder folder)
    {
        var agency = folder.Agency(Scene.Tax).Folder;
        Directory.CreateDirectory(Path.Combine(agency, "incoming"));
        var sources = Path.Combine(agency, "sources.yaml");
        File.WriteAllText(sources, File.ReadAllText(sources).Replace("number: my_number }", "number: my_number, deltas: incoming/changes-*.csv }", StringComparison.Ordinal));
        Assert.Contains("deltas:", File.ReadAllText(sources), StringComparison.Ordinal);
    }

    static string? Health(Scene scene)
    {
        var people = scene.Of<HealthCheckService>(Scene.Tax).CheckHealthAsync().GetAwaiter().GetResult().Entries["people"];
        return people.Status == HealthStatus.Healthy ? null : people.Description;
    }

    static void Put(Scene scene, string name, string lines) => File.WriteAllText(Incoming(scene, name), "change,key,number\n" + lines);

    static string Incoming(Scene scene, string name) => Path.Combine(scene.Folder.Agency(Scene.Tax).Folder, "incoming", name);

    static string Kept(Scene scene, string name) => Path.Combine(scene.Folder.Agency(Scene.Tax).Folder, "incoming", "kept", name);
}
