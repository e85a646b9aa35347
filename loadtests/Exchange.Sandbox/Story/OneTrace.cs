using Exchange.Sandbox.Calls;
using Exchange.Sandbox.Traces;

namespace Exchange.Sandbox.Story;

/// <summary>One lookup as a trace. In the field every agency has its own collector and sees its own spans.</summary>
static class OneTrace
{
    const int Processes = 4;

    static readonly TimeSpan patience = TimeSpan.FromSeconds(10);

    public static async Task Tell(Scene scene, Call call, CancellationToken cancelled)
    {
        var tell = scene.Narrator;
        tell.Chapter("The first lookup as one trace through all processes");
        var started = scene.Time.GetTimestamp();
        IReadOnlyList<CollectedSpan> spans;
        do
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), scene.Time, cancelled).ConfigureAwait(false);
            spans = scene.Traces.Trace(call.TraceId);
        }
        while (spans.Select(span => span.Service).Distinct().Count() < Processes && scene.Time.GetElapsedTime(started) < patience);
        tell.Show(TraceTree.Draw(spans));
        Scene.Expect(spans.Select(span => span.Service).Distinct().Count() == Processes, "The trace does not lead through caller, asking adapter, hub and answering adapter.");
        tell.Say("[grey]Spans name agencies, task and data set, never a person or what was answered.[/]");
    }
}
