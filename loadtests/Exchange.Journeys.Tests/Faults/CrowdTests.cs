using System.Diagnostics;
using Exchange.Adapter.Asking;
using Exchange.Adapter.Enrolment;
using Exchange.V1;

namespace Exchange.Journeys.Tests.Faults;

public sealed class CrowdTests(Enrolled enrolled)
{
    [Fact]
    public async Task Two_hundred_askers_in_two_towns_get_the_right_answers_cold_and_warm_for_five_seconds()
    {
        await using var scene = await Scene.Start(enrolled);
        var began = Stopwatch.GetTimestamp();
        int cold = 0, warm = 0;

        await Task.WhenAll(Enumerable.Range(0, 200).Select(async asker =>
        {
            var who = scene.Resident(asker % 2 == 0 ? Scene.Chiyoda : Scene.Osaka, asker / 2 % 20);
            for (var turn = 0; Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(5); turn++)
            {
                // Every fourth time the handle is forgotten; the others who ask about the same person go cold with it.
                if ((turn + asker) % 4 == 0 && scene.Of<People>(who.Town).TryFind(who.TownKey, out var person))
                    await scene.Of<HandleShelf>(who.Town).Drop(person, Scene.Tax, "tax.income.v1");
                var outcome = await scene.Answered(who);
                Interlocked.Increment(ref outcome.Kind == LookupKind.Cold ? ref cold : ref warm);
            }
        }));

        Assert.True(cold > 20 && warm > 20, $"{cold} COLD, {warm} WARM");
        Assert.Equal(cold + warm, scene.Log().Count);
        scene.NothingIsAmiss();
    }
}
