using Exchange.Sandbox.Calls;
using Spectre.Console;
using Status = Agency.V1.Status;

namespace Exchange.Sandbox.Story;

/// <summary>The same person again: a handle instead of curve arithmetic.</summary>
static class ColdAndWarm
{
    const int People = 50, NotCounted = 5;

    public static async Task Tell(Scene scene, Call cold, CancellationToken cancelled)
    {
        var tell = scene.Narrator;
        tell.Chapter("The same again: WARM");
        var warm = await scene.Answered(scene.Chiyoda, cold.Request, Status.Found, cancelled).ConfigureAwait(false);
        Expect(warm, "WARM", "memory");
        Scene.Expect(warm.Answer!.Record.Equals(cold.Answer!.Record), "The second answer differs from the first.");
        tell.Say($"The handle from the first answer came from [bold]{warm.Answer.Journey.HandleFrom}[/]: no point of a curve was touched by anybody, and policy, quota and log were asked all the same. "
            + $"Entry {warm.Answer.Receipt.Index}, [green]{Words.Milliseconds(warm.Travelled)}[/].");

        var (colds, warms) = (new List<Call>(), new List<Call>());
        for (var i = 0; i < NotCounted + People; i++)
        {
            var request = scene.IncomeOf(scene.NextResident());
            var first = await scene.Answered(scene.Chiyoda, request, Status.Found, cancelled).ConfigureAwait(false);
            var second = await scene.Answered(scene.Chiyoda, request, Status.Found, cancelled).ConfigureAwait(false);
            Expect(second, "WARM", "memory");
            scene.Known.Add(request);
            if (i < NotCounted)
                continue;
            // With a Redis that outlived the last start, somebody asked about then is WARM at once.
            if (first.Answer!.Journey.Kind == "COLD")
                colds.Add(first);
            warms.Add(second);
        }
        var table = Narrator.Table($"{People} people, one after another", "median", "95 %", "median for the caller");
        AddRow("COLD", colds);
        AddRow("WARM", warms);
        tell.Show(table);
        tell.Say("[grey]One caller at a time, on this machine, everything in between on it too.[/]");

        void AddRow(string kind, List<Call> calls)
        {
            if (calls.Count > 0)
                table.AddRow(kind, Words.Milliseconds(At(calls, 0.5, call => call.Travelled)), Words.Milliseconds(At(calls, 0.95, call => call.Travelled)), Words.Milliseconds(At(calls, 0.5, call => call.Took)));
        }
    }

    public static void Expect(Call call, string kind, string from)
    {
        var journey = call.Answer!.Journey;
        Scene.Expect(journey.Kind == kind && journey.HandleFrom == from, $"The lookup was {journey.Kind} with a handle from '{journey.HandleFrom}' where {kind} from '{from}' was due.");
    }

    static TimeSpan At(List<Call> calls, double share, Func<Call, TimeSpan> time) =>
        calls.Select(time).Order().ElementAt((int)(calls.Count * share));
}
