namespace Exchange.KeyAuthority.Serving;

/// <summary>
/// How many people an agency may enrol: GCRA with a burst of one hour's allowance. The authority keeps its own count,
/// since it does not rely on the hub's. One entry for each admitted agency.
/// </summary>
public sealed class PeopleLimit(long peoplePerHour, TimeProvider time)
{
    static readonly TimeSpan burst = TimeSpan.FromHours(1);

    readonly Dictionary<string, DateTimeOffset> free = new(StringComparer.Ordinal);
    readonly Lock gate = new();

    /// <param name="wait">When refused, until the same number would be granted.</param>
    public bool TryTake(string agency, int people, out TimeSpan wait)
    {
        var cost = burst * ((double)people / peoplePerHour);
        lock (gate)
        {
            var now = time.GetUtcNow();
            var next = (free.TryGetValue(agency, out var at) && at > now ? at : now) + cost;
            wait = next - now - burst;
            if (wait > TimeSpan.Zero)
                return false;
            free[agency] = next;
            wait = TimeSpan.Zero;
            return true;
        }
    }
}
