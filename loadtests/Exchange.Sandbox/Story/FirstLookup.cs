using Exchange.Protocol.DataSets;
using Exchange.Sandbox.Calls;
using Exchange.Sandbox.Files;
using Exchange.Sandbox.Residents;

namespace Exchange.Sandbox.Story;

/// <summary>An official in Chiyoda asks the tax agency about a resident nobody has asked about before.</summary>
static class FirstLookup
{
    public static void Tell(Scene scene, Resident resident, Call call, TimeSpan sinceStart)
    {
        var tell = scene.Narrator;
        tell.Chapter("A benefits official in Chiyoda asks the tax agency for a resident's income");
        tell.Say($"First answer [green]{Words.Seconds(sinceStart)}[/] after the start of the sandbox.");
        tell.Say($"Asked with [bold]POST {scene.Chiyoda.Agency.LocalApi}v1/lookups[/]:");
        tell.Verbatim(AgencyCaller.Indented(call.Request));

        var (hub, asked, answered) = Views.Of(scene, scene.Chiyoda.Agency, scene.Folder.Agency(ExchangePlan.Tax), call);
        Scene.Expect(asked.Person == resident.TownKey && answered.Person == resident.TaxKey, "The tax agency answered about somebody else.");

        tell.Say("\nWhat each party saw and wrote down of it:");
        tell.Show(Views.Table(DataSetCatalogue.Income, $"{resident.TownKey}, whom Chiyoda calls {resident.Name}", "[grey]not known: a blinded point, new each time, never stored[/]", "income of 2025", hub, asked, answered,
            scene.Chiyoda.Agency.Name, scene.Folder.Agency(ExchangePlan.Tax).Name));

        tell.Say("\nThe answer, as Chiyoda's system reads it:");
        tell.Show(Views.Answer(call));
        Views.Receipt(scene, call, hub);
    }
}
