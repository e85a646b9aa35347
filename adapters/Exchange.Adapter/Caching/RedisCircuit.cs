namespace Exchange.Adapter.Caching;

/// <summary>
/// Leaves Redis alone after three failures in a row, then lets one call through at growing intervals to see whether it
/// is back.
/// </summary>
sealed class RedisCircuit(TimeProvider time)
{
    const int Tolerated = 3;

    static readonly TimeSpan shortest = TimeSpan.FromMilliseconds(250), longest = TimeSpan.FromSeconds(5);

    readonly Lock gate = new();
    int failures;
    TimeSpan pause = shortest;
    DateTimeOffset closedUntil;
    CacheHealth health = new(CacheState.Shared);

    public CacheHealth Health => Volatile.Read(ref health);

    /// <summary>Until one call would be let through; zero when all are.</summary>
    public TimeSpan UntilNextTry
    {
        get
        {
            lock (gate)
                return failures >= Tolerated && closedUntil - time.GetUtcNow() is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    public bool TryEnter()
    {
        if (Volatile.Read(ref failures) < Tolerated)
            return true;
        lock (gate)
        {
            var now = time.GetUtcNow();
            if (now < closedUntil)
                return false;
            closedUntil = now + pause;
            return true;
        }
    }

    public void Succeeded()
    {
        if (Volatile.Read(ref failures) == 0)
            return;
        lock (gate)
        {
            failures = 0;
            pause = shortest;
            health = new(CacheState.Shared);
        }
    }

    public void Failed(string why)
    {
        lock (gate)
        {
            failures++;
            if (failures < Tolerated)
                return;
            var now = time.GetUtcNow();
            health = new(CacheState.Degraded, health.Since ?? now, why);
            closedUntil = now + pause;
            pause = pause * 2 < longest ? pause * 2 : longest;
        }
    }
}
