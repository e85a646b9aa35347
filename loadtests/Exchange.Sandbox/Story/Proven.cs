using Exchange.Sandbox.Calls;
using Exchange.Sandbox.Files;
using Exchange.Sandbox.Parties;

namespace Exchange.Sandbox.Story;

/// <summary>Both agencies hold the receipt against the hub's log, each by itself.</summary>
static class Proven
{
    static readonly TimeSpan patience = TimeSpan.FromSeconds(20), pause = TimeSpan.FromMilliseconds(100);

    public static async Task Tell(Scene scene, Call call, CancellationToken cancelled)
    {
        var started = scene.Time.GetTimestamp();
        var (asked, answered) = (scene.Chiyoda.Agency, scene.Folder.Agency(ExchangePlan.Tax));
        while (true)
        {
            if (KeptProof.Of(asked, call.RequestId) is { } one && KeptProof.Of(answered, call.RequestId) is { } other)
            {
                scene.Narrator.Say($"By now both have [green]proven[/] it, each against a checkpoint that the hub signed and the witness cosigned, over {one} entries and over {other}. The proofs are in their journals.");
                return;
            }
            Scene.Expect(scene.Time.GetElapsedTime(started) < patience, $"{asked.Name} and {answered.Name} have not both proven the receipt within {patience.TotalSeconds:0} s.");
            await Task.Delay(pause, scene.Time, cancelled).ConfigureAwait(false);
        }
    }
}
