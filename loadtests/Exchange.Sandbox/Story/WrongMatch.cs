using Agency.V1;
using Exchange.Sandbox.Calls;
using Exchange.Sandbox.Files;
using Spectre.Console;
using Status = Agency.V1.Status;

namespace Exchange.Sandbox.Story;

/// <summary>The tax agency finds that a number led to somebody else's record, after it told two towns about it.</summary>
static class WrongMatch
{
    const string Role = "    may_recall: true\n";

    static readonly TimeSpan patience = TimeSpan.FromSeconds(90), pause = TimeSpan.FromMilliseconds(300);

    public static async Task Tell(Scene scene, CancellationToken cancelled)
    {
        AgencyFolder[] agencies = [scene.Folder.Agency(ExchangePlan.Tax), scene.Chiyoda.Agency, scene.Osaka.Agency];
        var lists = agencies.ToDictionary(one => Path.Combine(one.Folder, "callers.yaml"), one => File.ReadAllText(Path.Combine(one.Folder, "callers.yaml")));
        try
        {
            foreach (var (file, list) in lists)
                await File.WriteAllTextAsync(file, list.TrimEnd('\n') + "\n" + Role, cancelled).ConfigureAwait(false);
            await Restart(scene, agencies, cancelled).ConfigureAwait(false);
            using var tax = new AgencyCaller(agencies[0], scene.Folder.Root, scene.Traces, scene.Time);
            await Story(scene, tax, cancelled).ConfigureAwait(false);
        }
        finally
        {
            foreach (var (file, list) in lists)
                await File.WriteAllTextAsync(file, list, CancellationToken.None).ConfigureAwait(false);
            await Restart(scene, agencies, cancelled).ConfigureAwait(false);
        }
        scene.Narrator.Say("[grey]The recall is closed, and the callers of all three agencies are as they were.[/]");
    }

    static async Task Story(Scene scene, AgencyCaller tax, CancellationToken cancelled)
    {
        var tell = scene.Narrator;
        var inOsaka = scene.Folder.ResidentsOf(scene.Osaka.Agency).First(one => one is { Town: ExchangePlan.Chiyoda, State: 'A', IsUnknownToTax: false });
        var inChiyoda = scene.Folder.ResidentsOf(scene.Chiyoda.Agency).Single(one => one.Number == inOsaka.Number);
        foreach (var (town, resident) in new[] { (scene.Chiyoda, inChiyoda), (scene.Osaka, inOsaka) })
            await scene.Answered(town, scene.IncomeOf(resident), Status.Found, cancelled).ConfigureAwait(false);

        tell.Chapter("A number led to the wrong record: the tax agency takes back what it told");
        var begun = await tax.BeginRecall(new BeginRequest { Person = inChiyoda.TaxKey, Note = "Two taxpayers had been merged under one number.", Official = "k.endo" }, cancelled).ConfigureAwait(false);
        tell.Say($"Its own journal says who was told. {Markup.Escape(begun.Message)}");
        var recall = await Until(() => tax.RecallOf(begun.Id, cancelled), one => one.Notices.All(notice => notice.State is "RECEIVED" or "ACKNOWLEDGED"), "The notices were not received.").ConfigureAwait(false);
        Show(tell, recall);
        var asked = await scene.Answered(scene.Chiyoda, scene.IncomeOf(inChiyoda), Status.Quarantined, cancelled).ConfigureAwait(false);
        tell.Say($"Chiyoda asks again: [yellow]{asked.Answer!.Status.ToString().ToUpperInvariant()}[/]; nothing was read.");

        tell.Chapter("Each town finds by its own journal whom and what it concerns");
        var table = Narrator.Table("town", "its person", "its official", "its case", "state");
        var notices = new Dictionary<string, ReceivedNotice>();
        foreach (var town in new[] { scene.Chiyoda, scene.Osaka })
        {
            var notice = notices[town.Agency.Id] = (await town.Notices(cancelled).ConfigureAwait(false)).Notices.First(one => one.Reference == begun.Id);
            foreach (var lookup in notice.Lookups)
                table.AddRow(town.Agency.Id, lookup.Person, Markup.Escape(lookup.Official), Markup.Escape(lookup.CaseId), notice.State);
        }
        tell.Show(table);
        tell.Say("The hub knows that the tax agency sent each town a notice about tax.income.v1, and nothing else.");

        tell.Chapter("Chiyoda acknowledges, Osaka does not, and the tax agency closes the recall");
        await scene.Chiyoda.AcknowledgeNotice(new AcknowledgeNoticeRequest { Id = notices[scene.Chiyoda.Agency.Id].Id, Official = "a.sato@welfare" }, cancelled).ConfigureAwait(false);
        await Until(() => tax.RecallOf(begun.Id, cancelled), one => one.Notices.Any(notice => notice.State == "ACKNOWLEDGED"), "The acknowledgement was not heard.").ConfigureAwait(false);
        var closed = await tax.CloseRecall(new CloseRequest { Id = begun.Id, Official = "k.endo" }, cancelled).ConfigureAwait(false);
        Show(tell, closed);
        tell.Say(Markup.Escape(closed.Message));
        var again = await scene.Answered(scene.Chiyoda, scene.IncomeOf(inChiyoda), Status.Found, cancelled).ConfigureAwait(false);
        tell.Say($"Chiyoda asks again: [bold]{again.Answer!.Status.ToString().ToUpperInvariant()}[/], {again.Answer.Journey.Kind}: no handle of before serves any more.");

        async Task<T> Until<T>(Func<Task<T>> look, Func<T, bool> holds, string otherwise)
        {
            var started = scene.Time.GetTimestamp();
            while (true)
            {
                var seen = await look().ConfigureAwait(false);
                if (holds(seen))
                    return seen;
                Scene.Expect(scene.Time.GetElapsedTime(started) < patience, otherwise);
                await Task.Delay(pause, scene.Time, cancelled).ConfigureAwait(false);
            }
        }
    }

    static void Show(Narrator tell, Recall recall)
    {
        var table = Narrator.Table("agency", "data set", "lookups", "notice", "acknowledged by");
        foreach (var notice in recall.Notices.Where(one => !one.Closing))
            table.AddRow(notice.Agency, notice.DataSet, $"{notice.Told.Count}", notice.State, Markup.Escape(notice.AcknowledgedBy));
        tell.Show(table);
    }

    static async Task Restart(Scene scene, AgencyFolder[] agencies, CancellationToken cancelled)
    {
        foreach (var one in agencies)
        {
            await scene.Exchange.Kill(one.Id).ConfigureAwait(false);
            await scene.Exchange.StartAgency(one, cancelled).ConfigureAwait(false);
        }
    }
}
