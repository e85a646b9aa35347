using System.Security.Cryptography;
using Agency.V1;
using Exchange.Sandbox.Calls;
using Exchange.Sandbox.Files;
using Spectre.Console;
using Status = Agency.V1.Status;

namespace Exchange.Sandbox.Story;

/// <summary>Somebody fled from home: whoever asks the town they fled from must not learn by an answer where they are known.</summary>
static class PeopleAtRisk
{
    public static async Task Tell(Scene scene, CancellationToken cancelled)
    {
        var tell = scene.Narrator;
        var town = scene.Chiyoda.Agency;
        var (config, callers) = (await File.ReadAllTextAsync(town.Config, cancelled).ConfigureAwait(false), Path.Combine(town.Folder, "callers.yaml"));
        var list = await File.ReadAllTextAsync(callers, cancelled).ConfigureAwait(false);
        // The supervisor's desk may lift as well, so that the story leaves nobody marked.
        await File.AppendAllTextAsync(callers, Supervisor.Rows(town) + "    may_protect: true\n", cancelled).ConfigureAwait(false);
        await Configure("approval: { data_sets: [municipality.resident-tax.v1], resolves_after: 72h, officials: 2 }\n").ConfigureAwait(false);
        var person = scene.Folder.ResidentsOf(town).Single(one => one.Number == scene.Mover.Number).TownKey;
        try
        {
            using var supervisor = new AgencyCaller(town, scene.Folder.Root, scene.Traces, scene.Time, Supervisor.Name, Supervisor.Key(town));
            await Story(scene, supervisor, person, cancelled).ConfigureAwait(false);
            await scene.Chiyoda.Lift(new LiftRequest { Person = person, Official = "suzuki" }, cancelled).ConfigureAwait(false);
            await supervisor.Lift(new LiftRequest { Person = person, Official = "mori" }, cancelled).ConfigureAwait(false);
        }
        finally
        {
            await File.WriteAllTextAsync(callers, list, CancellationToken.None).ConfigureAwait(false);
            await Configure("").ConfigureAwait(false);
        }
        tell.Say("[grey]The marks are taken away again, by two officials as well, and Chiyoda's adapter is as it was.[/]");

        async Task Configure(string approval)
        {
            await scene.Exchange.Kill(town.Id).ConfigureAwait(false);
            await File.WriteAllTextAsync(town.Config, config + approval, CancellationToken.None).ConfigureAwait(false);
            await scene.Exchange.StartAgency(town, cancelled).ConfigureAwait(false);
        }
    }

    static async Task Story(Scene scene, AgencyCaller supervisor, string person, CancellationToken cancelled)
    {
        var tell = scene.Narrator;
        tell.Chapter("Somebody at risk: Chiyoda answers nobody about them unless two officials approve");
        await scene.Chiyoda.Protect(new ProtectRequest { Person = person, NeedsApproval = true, HidesHistory = true, Official = "suzuki" }, cancelled).ConfigureAwait(false);
        // Another each time: what was asked at an earlier start may be pending still.
        var strangers = scene.Folder.ResidentsOf(scene.Osaka.Agency).Where(one => one.Town == ExchangePlan.Osaka).ToArray();
        var unknown = strangers[RandomNumberGenerator.GetInt32(strangers.Length)];
        var (pending, nobody) = (await Asked(scene.Mover).ConfigureAwait(false), await Asked(unknown).ConfigureAwait(false));
        var table = Narrator.Table("Osaka asks Chiyoda about", "is answered", "until", "the hub's entry");
        foreach (var (whom, call) in new[] { ("somebody at risk", pending), ("somebody Chiyoda never heard of", nobody) })
            table.AddRow(whom, $"[yellow]{call.Answer!.Status.ToString().ToUpperInvariant()}[/]", $"{call.Answer.Freshness.NextUpdate.ToDateTime():yyyy-MM-dd HH:mm} UTC", Views.Entry(scene.HubLog.Find(call.RequestId), null));
        tell.Show(table);
        tell.Say("Alike in status, size, time and entry. Unless somebody decides, both become NOT_FOUND after 72 hours.");

        tell.Chapter("Two officials of Chiyoda decide");
        var waiting = await scene.Chiyoda.Approvals(cancelled).ConfigureAwait(false);
        var one = waiting.Approvals.Single(approval => approval.Person == person);
        tell.Say($"Waiting, no. {one.Id}: {one.Requester} asks for {one.DataSet}, {Markup.Escape(one.Question)}; {one.Task}, official {Markup.Escape(one.Official)}, case {Markup.Escape(one.CaseId)}.");
        foreach (var (desk, official) in new[] { (scene.Chiyoda, "tanaka"), (supervisor, "mori") })
        {
            var decided = await desk.Decide(new DecideRequest { Id = one.Id, Approve = true, Official = official }, cancelled).ConfigureAwait(false);
            tell.Say($"{official} approves: [bold]{decided.State}[/], by {string.Join(" and ", decided.ApprovedBy)}.");
        }
        var told = await scene.Answered(scene.Osaka, scene.ResidentTaxOf(scene.Mover), Status.Found, cancelled).ConfigureAwait(false);
        tell.Say("Osaka asks the same again, and is answered:");
        tell.Show(Views.Answer(told));

        Task<Call> Asked(Residents.Resident resident) => scene.Answered(scene.Osaka, scene.ResidentTaxOf(resident), Status.Pending, cancelled);
    }
}
