using Agency.V1;

namespace Exchange.Sandbox.Story;

/// <summary>The municipality's adapter is gone and comes back: its memory is empty, Redis is not.</summary>
static class Restart
{
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

        var first = await scene.Answered(scene.Chiyoda, request, Status.Found, cancelled).ConfigureAwait(false);
        ColdAndWarm.Expect(first, "WARM", "redis");
        tell.Say($"[bold]WARM[/], the handle came from [bold]redis[/], sealed with a key that is not there: [green]{Words.Milliseconds(first.Travelled)}[/], a new session with the tax agency included.");
        var second = await scene.Answered(scene.Chiyoda, request, Status.Found, cancelled).ConfigureAwait(false);
        ColdAndWarm.Expect(second, "WARM", "memory");
        tell.Say($"And once more: [bold]WARM[/] from [bold]memory[/], [green]{Words.Milliseconds(second.Travelled)}[/].");
    }
}
