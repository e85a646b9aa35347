namespace Exchange.Gateway.Limits;

/// <summary>
/// The generic cell rate algorithm (ITU-T I.371) as arithmetic. One number is kept for each limit: the theoretical
/// arrival time, the tick at which everything admitted so far is paid for. All times are ticks of one clock.
/// </summary>
public static class Gcra
{
    /// <param name="arrival">The theoretical arrival time kept; any time in the past for a limit never used.</param>
    /// <param name="interval">Ticks that earn one.</param>
    /// <param name="tolerance">Ticks that a full burst is worth.</param>
    /// <param name="next">What to keep: later when admitted, else unchanged.</param>
    /// <param name="retryAfter">Ticks after which the same would be admitted if nothing else came; <see cref="Never"/> when it is more than a full burst.</param>
    public static bool TryTake(long arrival, long now, long interval, long tolerance, int cost, out long next, out long retryAfter)
    {
        if (cost > tolerance / interval)
        {
            (next, retryAfter) = (arrival, Never);
            return false;
        }
        var paid = Math.Max(arrival, now) + interval * cost;
        var early = paid - now - tolerance;
        if (early > 0)
        {
            (next, retryAfter) = (arrival, early);
            return false;
        }
        (next, retryAfter) = (paid, 0);
        return true;
    }

    /// <summary>Waiting does not help.</summary>
    public const long Never = long.MaxValue;
}
