using Agency.V1;
using Exchange.Sandbox.Calls;

namespace Exchange.Sandbox.Story;

/// <summary>The municipality's adapter is gone and comes back: its memory is empty, Redis is not.</summary>
static class Restart
{
    static readonly TimeSpan pause = TimeSpan.FromMilliseconds(500);

    public static async Task Tell(Scene scene, LookupRequest request, CancellationToken cancelled)
    {
        var tell = scene.Narrator;
        var agency = scene.Chiyoda.Agency;
        tell.Chapter("Chiyoda's adapter is killed and started again");
        await Caches.Count(scene, cancelled).ConfigureAwait(false);
        await scene.Exchange.Kill(agency.Id).ConfigureAwait(false);
        var started = scene.Time.GetTimestamp();
        await scene.Exchange.StartAgency(agency, cancelled).ConfigureAwait(false);
        tell.Say($"Killed as by a power cut; connected again after [green]{Words.Seconds(scene.Time.GetElapsedTime(started))}[/]. The same question:");

        var (first, slow) = await FromRedis(scene, request, cancelled).ConfigureAwait(false);
        if (slow > 0)
            tell.Say($"[grey]Redis is waited for 50 ms and no longer, and this machine is busy: {slow} lookups went COLD first. Somebody else of before:[/]");
        tell.Say($"[bold]WARM[/], the handle came from [bold]redis[/], sealed with a key that is not there: [green]{Words.Milliseconds(first.Travelled)}[/], a new session with the tax agency included.");
        var second = await scene.Answered(scene.Chiyoda, first.Request, Status.Found, cancelled).ConfigureAwait(false);
        ColdAndWarm.Expect(second, "WARM", "memory");
        tell.Say($"And once more: [bold]WARM[/] from [bold]memory[/], [green]{Words.Milliseconds(second.Travelled)}[/].");
    }

    /// <summary>A slow Redis makes a lookup COLD and nothing worse; then the next person asked about before is tried, after a moment.</summary>
    static async Task<(Call First, int Slow)> FromRedis(Scene scene, LookupRequest request, CancellationToken cancelled)
    {
        for (var slow = 0; ; slow++)
        {
            var call = await scene.Answered(scene.Chiyoda, slow == 0 ? request : scene.Known[slow], Status.Found, cancelled).ConfigureAwait(false);
            if (call.Answer!.Journey.Kind == "WARM" || slow == scene.Known.Count - 1)
            {
                ColdAndWarm.Expect(call, "WARM", "redis");
                return (call, slow);
            }
            await Task.Delay(pause, scene.Time, cancelled).ConfigureAwait(false);
        }
    }
}
