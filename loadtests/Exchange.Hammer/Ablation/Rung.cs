using Exchange.Hammer.Load;
using Exchange.Hammer.Machine;
using Exchange.Sandbox.Processes;

namespace Exchange.Hammer.Ablation;

/// <summary>One rung that is measured: its three processes, and how its generator is told to ask.</summary>
/// <param name="Caller">The generator.</param>
/// <param name="Port">Of the generator.</param>
/// <param name="Who">Name of the contender in the generator.</param>
sealed record Rung(string Id, ChildProcess Caller, int Port, string Who, int Middle, int Provider)
{
    /// <exception cref="VoidRunException">An answer was wrong.</exception>
    /// <exception cref="CallFailedException">A call failed, or answers stayed away.</exception>
    /// <exception cref="IOException">A process is gone.</exception>
    public async Task<AblationRound> Measure(HttpClient http, SpanSink sink, int slots, TimeSpan length, CancellationToken stop)
    {
        int[] processes = [Caller.Id, Middle, Provider, Environment.ProcessId];
        var (before, spans, bytes) = (processes.Select(ProcessTimes.Cpu).ToArray(), sink.Spans, sink.Bytes);
        var load = await Generator.Tell(http, Port, Who, slots, length, stop).ConfigureAwait(false);
        double[] each = [.. processes.Zip(before, (process, earlier) => Math.Round((ProcessTimes.Cpu(process) - earlier).TotalMicroseconds / load.Answers, 2))];
        return new AblationRound(
            load.Answers, Math.Round(load.Answers / load.Seconds), load.P50, load.P99, each[0], each[1], each[2], each[3],
            Math.Round((sink.Spans - spans) / (double)load.Answers, 3), Math.Round((sink.Bytes - bytes) / (double)load.Answers, 1));
    }
}
