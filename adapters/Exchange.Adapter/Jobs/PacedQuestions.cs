using Exchange.Adapter.Asking;
using Exchange.Protocol.DataSets;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Adapter.Jobs;

/// <summary>
/// A list is quicker than its quota. A question that is refused for its pace is asked again after the time given, so that
/// a list goes at the pace of the quota instead of failing beyond it; after a minute the refusal stands.
/// </summary>
public sealed class PacedQuestions(AskQuestion ask, TimeProvider time, CancellationToken cancelled)
{
    static readonly TimeSpan patience = TimeSpan.FromMinutes(1);

    /// <inheritdoc cref="AskQuestion"/>
    /// <exception cref="OperationCanceledException">The caller no longer waits.</exception>
    public async Task<AskOutcome> Ask(string person, string provider, DataSetContract dataSet, IMessage question)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            var outcome = await ask(person, provider, dataSet, question).ConfigureAwait(false);
            if (outcome.Refusal is not { Reason: Reason.QuotaExceeded, RetryAfterMs: > 0 } refusal)
                return outcome;
            var wait = TimeSpan.FromMilliseconds(refusal.RetryAfterMs);
            if (time.GetElapsedTime(started) + wait > patience)
                return outcome;
            await Task.Delay(wait, time, cancelled).ConfigureAwait(false);
        }
    }
}
