using Exchange.Protocol.Refusals;
using Exchange.V1;

namespace Exchange.Adapter.LocalApi;

/// <summary>How long one call may take: what its caller waits, bounded, less the reserve.</summary>
sealed class Deadline : IDisposable
{
    static readonly TimeSpan least = TimeSpan.FromMilliseconds(1);

    readonly CancellationTokenSource timer;
    readonly CancellationTokenSource either;

    /// <param name="wait">How long the caller says it waits; null when it does not say.</param>
    /// <param name="caller">Cancelled when the caller no longer waits.</param>
    public Deadline(TimeSpan? wait, LocalApiOptions options, TimeProvider time, CancellationToken caller)
    {
        var allowed = (wait ?? options.DefaultDeadline) - options.Reserve;
        if (allowed > options.MaximumDeadline)
            allowed = options.MaximumDeadline;
        timer = new CancellationTokenSource(allowed > least ? allowed : least, time);
        either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, caller);
    }

    public CancellationToken Token => either.Token;

    public bool HasPassed => timer.IsCancellationRequested;

    /// <summary>
    /// A question that was on its way when the time was over ends as CANCELLED, since nobody waits for it any longer. To
    /// whoever set the time that is DEADLINE_EXCEEDED: asking again may well help.
    /// </summary>
    public Refusal Explain(Refusal refusal) => refusal.Reason == Reason.Cancelled && HasPassed ? Reasons.Refuse(Reason.DeadlineExceeded) : refusal;

    public void Dispose()
    {
        either.Dispose();
        timer.Dispose();
    }
}
