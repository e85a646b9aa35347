using Exchange.Sandbox.Traces;

namespace Exchange.Sandbox.Story;

/// <summary>One call as a trace. In the field every agency has its own collector and sees its own spans.</summary>
static class OneTrace
{
    static readonly TimeSpan patience = TimeSpan.FromSeconds(10);

    /// <param name="processes">How many it must lead through, the caller included.</param>
    public static async Task Tell(Scene scene, string title, string traceId, int processes, CancellationToken cancelled)
    {
        var tell = scene.Narrator;
        tell.Chapter(title);
        var started = scene.Time.GetTimestamp();
        IReadOnlyList<CollectedSpan> spans;
        do
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), scene.Time, cancelled).ConfigureAwait(false);
            spans = scene.Traces.Trace(traceId);
        }
        while (Processes(spans) < processes && scene.Time.GetElapsedTime(started) < patience);
        tell.Show(TraceTree.Draw(spans));
        Scene.Expect(Processes(spans) == processes, $"The trace leads through {Processes(spans)} processes where {processes} took part.");
        tell.Say("[grey]Spans name agencies, task and data set, never a person or what was answered.[/]");
    }

    static int Processes(IReadOnlyList<CollectedSpan> spans) => spans.Select(span => span.Service).Distinct().Count();
}
