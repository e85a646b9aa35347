using Exchange.Adapter.Asking;
using Exchange.V1;

namespace Exchange.Adapter.Jobs;

/// <summary>What the hub's refusals say of one quota: when it admits again, how fast it goes, and whether it stands still. For many threads.</summary>
sealed class QuotaPace(TimeProvider time)
{
    /// <summary>A quota that admits nobody for so long is waited for no longer.</summary>
    static readonly TimeSpan patience = TimeSpan.FromMinutes(1);

    /// <summary>Of the interval, with each outcome that is no refusal for pace: a quota may be raised.</summary>
    const double Shrinks = 0.9;

    readonly long started = time.GetTimestamp();
    readonly Lock changing = new();

    // Guarded by changing.
    TimeSpan notBefore, interval, lastAdmitted;

    /// <summary>Since this was made, on a clock that is never set back.</summary>
    public TimeSpan Now => time.GetElapsedTime(started);

    /// <summary>
    /// In which the quota has room for one more. A refusal gives the time until then, which is the whole of it right after
    /// somebody was admitted and never more, so the longest of late is near it.
    /// </summary>
    public TimeSpan Interval
    {
        get
        {
            lock (changing)
                return interval;
        }
    }

    /// <summary>Until somebody may be admitted, in whole milliseconds, since a timer waits for no part of one. Zero when that is beyond all patience: then only asking tells.</summary>
    /// <param name="since">When whoever asks began to wait.</param>
    public TimeSpan Wait(TimeSpan since)
    {
        lock (changing)
        {
            var wait = notBefore - Now;
            return wait > TimeSpan.Zero && !IsBeyondPatience_NeedsLock(since) ? TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds)) : TimeSpan.Zero;
        }
    }

    /// <summary>Learns from an outcome whether the question is to be asked again, and when.</summary>
    /// <returns>False: the outcome stands.</returns>
    public bool Again(AskOutcome outcome, TimeSpan since)
    {
        // Refused before its quota was looked at, which it tells nothing about.
        if (outcome.Refusal?.Reason == Reason.ProviderClosed)
            return false;
        lock (changing)
        {
            if (outcome.Refusal is not { Reason: Reason.QuotaExceeded, RetryAfterMs: > 0 and var retryAfter })
            {
                lastAdmitted = Now;
                interval *= Shrinks;
                return false;
            }
            var wait = TimeSpan.FromMilliseconds(retryAfter);
            notBefore = Now + wait;
            interval = wait > interval ? wait : interval;
            return !IsBeyondPatience_NeedsLock(since);
        }
    }

    bool IsBeyondPatience_NeedsLock(TimeSpan since) => notBefore > (lastAdmitted > since ? lastAdmitted : since) + patience;
}
