namespace Exchange.Gateway.Limits;

/// <summary>
/// What one agency has used of one quota. Written by many threads without a lock: the arrival time by compare and
/// swap, the counts by addition.
/// </summary>
sealed class Bucket(QuotaKey key, QuotaRules rules, Limit limit)
{
    /// <summary>The limit and the rules it was looked up in, replaced together when the rules change.</summary>
    sealed record Resolved(QuotaRules Rules, Limit Limit);

    Resolved resolved = new(rules, limit);
    long arrival;
    long unreported;
    long refusals;

    public QuotaKey Key => key;

    public Limit Limit => Volatile.Read(ref resolved).Limit;

    public bool Follows(QuotaRules current) => Volatile.Read(ref resolved).Rules == current;

    /// <summary>
    /// Takes up a limit. What was used stays used, but never weighs more than a full burst of the new limit: an agency
    /// whose quota is raised need not sit out the time owed under the old one.
    /// </summary>
    public void Follow(QuotaRules current, Limit limit, long now)
    {
        var changed = Limit != limit;
        Volatile.Write(ref resolved, new Resolved(current, limit));
        if (!changed)
            return;
        Interlocked.Exchange(ref unreported, 0);
        for (var seen = Volatile.Read(ref arrival); seen > now + limit.Tolerance;)
        {
            var before = Interlocked.CompareExchange(ref arrival, now + limit.Tolerance, seen);
            if (before == seen)
                return;
            seen = before;
        }
    }

    public QuotaDecision Take(long now, int cost)
    {
        var limit = Limit;
        var seen = Volatile.Read(ref arrival);
        while (true)
        {
            if (!Gcra.TryTake(seen, now, limit.Interval, limit.Tolerance, cost, out var next, out var retryAfter))
            {
                Interlocked.Increment(ref refusals);
                return QuotaDecision.Refused(retryAfter);
            }
            var before = Interlocked.CompareExchange(ref arrival, next, seen);
            if (before == seen)
            {
                Interlocked.Add(ref unreported, cost);
                return QuotaDecision.Admitted;
            }
            seen = before;
        }
    }

    /// <summary>Ticks still to be paid for, as all replicas together see it: raises the arrival time, never lowers it.</summary>
    public void Owe(long ticks, long now)
    {
        for (var seen = Volatile.Read(ref arrival); seen < now + ticks;)
        {
            var before = Interlocked.CompareExchange(ref arrival, now + ticks, seen);
            if (before == seen)
                return;
            seen = before;
        }
    }

    public bool HasUnreported => Volatile.Read(ref unreported) > 0;

    /// <summary>What was admitted since the last call.</summary>
    public long TakeUnreported() => Interlocked.Exchange(ref unreported, 0);

    /// <summary>Refusals since the last call.</summary>
    public long TakeRefusals() => Volatile.Read(ref refusals) == 0 ? 0 : Interlocked.Exchange(ref refusals, 0);
}
