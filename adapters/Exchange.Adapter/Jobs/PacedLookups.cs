using System.Collections.Concurrent;
using Exchange.Adapter.Asking;
using Exchange.V1;

namespace Exchange.Adapter.Jobs;

/// <summary>
/// Lists are quicker than their quota. A lookup that is refused for its pace is asked again after the time given, so that
/// lists go at the pace of the quota instead of failing beyond it. The hub has one quota for a data set whichever provider
/// is asked, and here is one line for it, of all lists together: one at a time asks again, and whoever comes waits behind
/// the others. The refusal stands when nobody was admitted for a minute.
/// </summary>
public sealed class PacedLookups(AskOnce ask, TimeProvider time)
{
    sealed record Queue(WaitingLine Line, QuotaPace Pace);

    /// <summary>By the id of the data set; jobs ask for those of the catalogue alone.</summary>
    readonly ConcurrentDictionary<string, Queue> queues = new(StringComparer.Ordinal);

    /// <inheritdoc cref="AskOnce"/>
    /// <exception cref="OperationCanceledException">The caller no longer waits.</exception>
    public async Task<AskOutcome> Ask(AskRequest request, CancellationToken cancelled)
    {
        var queue = queues.GetOrAdd(request.DataSet, static (_, time) => new Queue(new WaitingLine(), new QuotaPace(time)), time);
        var since = queue.Pace.Now;
        // A try that ends refused for its pace may have begun with one that was answered, such as with a handle that had expired.
        var receipts = new List<Receipt>();
        if (queue.Line.IsEmpty)
        {
            var outcome = await ask(request, cancelled).ConfigureAwait(false);
            if (!queue.Pace.Again(outcome, since))
                return outcome;
            receipts.AddRange(outcome.Receipts);
        }
        for (var hadTurn = false; ; hadTurn = true)
        {
            await queue.Line.Take(first: hadTurn, cancelled).ConfigureAwait(false);
            if (await AskInTurn(queue, request, since, receipts, cancelled).ConfigureAwait(false) is { } outcome)
                return outcome with { Receipts = [.. receipts, .. outcome.Receipts] };
        }
    }

    /// <summary>
    /// Asks until it is admitted or the refusal stands. The turn is over with the answer, or when the quota has room for
    /// one more: a provider that takes longer than that does not slow down the others.
    /// </summary>
    /// <returns>Null when it was refused after its turn.</returns>
    async Task<AskOutcome?> AskInTurn(Queue queue, AskRequest request, TimeSpan since, List<Receipt> receipts, CancellationToken cancelled)
    {
        var (line, pace) = queue;
        var hasTurn = true;
        try
        {
            while (hasTurn)
            {
                while (pace.Wait(since) is var wait && wait > TimeSpan.Zero)
                    await Task.Delay(wait, time, cancelled).ConfigureAwait(false);
                var asking = ask(request, cancelled);
                await ((Task)asking).WaitAsync(pace.Interval, time, cancelled).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (!asking.IsCompleted)
                    Pass();
                var outcome = await asking.ConfigureAwait(false);
                if (!pace.Again(outcome, since))
                    return outcome;
                receipts.AddRange(outcome.Receipts);
            }
            return null;
        }
        finally
        {
            if (hasTurn)
                Pass();
        }

        void Pass()
        {
            hasTurn = false;
            line.Pass();
        }
    }
}
