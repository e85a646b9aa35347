using Agency.V1;
using Exchange.Protocol.DataSets;
using Exchange.Sandbox.Calls;
using Exchange.Sandbox.Files;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Sandbox.Story;

/// <summary>Whether the tax agency knows somebody is between it and the town.</summary>
static class NotFound
{
    public static async Task Tell(Scene scene, Call found, CancellationToken cancelled)
    {
        var tell = scene.Narrator;
        tell.Chapter("A resident whom the tax agency does not know");
        var call = await scene.Answered(scene.Chiyoda, scene.IncomeOf(scene.Unknown), Status.NotFound, cancelled).ConfigureAwait(false);
        var (hub, _, answered) = Views.Of(scene, scene.Chiyoda.Agency, scene.Folder.Agency(ExchangePlan.Tax), call);
        Scene.Expect(answered.Person.Length == 0, "The tax agency found somebody.");
        tell.Say($"Chiyoda reads [bold]NOT_FOUND[/] after {Words.Milliseconds(call.Travelled)}. The hub wrote, of this one and of the very first lookup:");
        var first = scene.HubLog.Find(found.RequestId);
        tell.Say($"  {Views.Entry(hub, DataSetCatalogue.Income)}");
        tell.Say($"  {Views.Entry(first, DataSetCatalogue.Income)}");
        // The first may have been WARM, with a Redis that outlived an earlier start: that much is known to the hub.
        hub.Lookup.Kind = first.Lookup.Kind;
        Scene.Expect(Blank(hub.Lookup).Equals(Blank(first.Lookup)) && hub.Bytes == first.Bytes, "The hub can tell the two apart.");
        tell.Say("Same length, and [green]the same in everything[/] but request id, time and the two commitments, which are hashes over random bytes.");

        static LookupEvent Blank(LookupEvent lookup) =>
            new(lookup) { RequestId = ByteString.Empty, QuestionCommitment = ByteString.Empty, AnswerCommitment = ByteString.Empty };
    }
}
