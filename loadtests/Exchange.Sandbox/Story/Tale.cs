using Agency.V1;

namespace Exchange.Sandbox.Story;

/// <summary>The story of single lookups, in order. Each chapter asks for real, and stops the story when the exchange does not do what it promises.</summary>
static class Tale
{
    /// <param name="sinceStart">How long ago the sandbox was started.</param>
    public static async Task Tell(Scene scene, Func<TimeSpan> sinceStart, CancellationToken cancelled)
    {
        // 1. Somebody is asked about for the first time.
        var resident = scene.NextResident();
        var cold = await scene.Answered(scene.Chiyoda, scene.IncomeOf(resident), Status.Found, cancelled).ConfigureAwait(false);
        var firstAnswer = sinceStart();
        FirstLookup.Tell(scene, resident, cold, firstAnswer);
        await Proven.Tell(scene, cold, cancelled).ConfigureAwait(false);

        // 2. And again, without the curve.
        await ColdAndWarm.Tell(scene, cold, cancelled).ConfigureAwait(false);

        // 3. The adapter forgets, Redis does not.
        await Restart.Tell(scene, cold.Request, cancelled).ConfigureAwait(false);

        // 4. What Redis holds.
        await Caches.Tell(scene, cancelled).ConfigureAwait(false);

        // 5. A town answers a town.
        await TownToTown.Tell(scene, cancelled).ConfigureAwait(false);

        // 6. Nobody the tax agency knows.
        await NotFound.Tell(scene, cold, cancelled).ConfigureAwait(false);

        // 7. What no law permits.
        await Refused.Tell(scene, cancelled).ConfigureAwait(false);

        // 8. One lookup through all processes.
        await OneTrace.Tell(scene, "The first lookup as one trace through all processes", cold.TraceId, processes: 4, cancelled).ConfigureAwait(false);
    }
}
