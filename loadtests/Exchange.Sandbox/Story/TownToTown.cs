using Agency.V1;
using Exchange.Protocol.DataSets;

namespace Exchange.Sandbox.Story;

/// <summary>Osaka asks the town in which somebody lived on 1 January, which keeps its records in a CSV file in Shift_JIS.</summary>
static class TownToTown
{
    public static async Task Tell(Scene scene, CancellationToken cancelled)
    {
        var tell = scene.Narrator;
        tell.Chapter("Osaka asks Chiyoda for the resident tax of somebody who moved");
        var call = await scene.Answered(scene.Osaka, scene.ResidentTaxOf(scene.Mover), Status.Found, cancelled).ConfigureAwait(false);
        var (hub, asked, answered) = Views.Of(scene, scene.Osaka.Agency, scene.Chiyoda.Agency, call);
        tell.Say($"Osaka knows the person as [bold]{asked.Person}[/], Chiyoda as [bold]{answered.Person}[/], and neither learns the other's key. "
            + "Chiyoda's answer comes from its tax office's CSV file in Shift_JIS; municipal and prefectural levy stay apart:");
        tell.Show(Views.Answer(call));
        Views.Receipt(scene, call, hub);
        tell.Say($"[grey]{Views.Entry(hub, DataSetCatalogue.ResidentTax)}[/]");
    }
}
