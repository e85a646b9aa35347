using Exchange.Adapter.Asking;
using Exchange.Protocol.Refusals;
using Exchange.V1;

namespace Exchange.Adapter.Tests.Jobs;

/// <summary>A hub's quota by the generic cell rate algorithm, and what was asked under it.</summary>
sealed class Quota(TimeProvider time, TimeSpan interval, int burst)
{
    readonly long started = time.GetTimestamp();
    readonly Lock changing = new();
    TimeSpan arrival;

    public int Admitted { get; private set; }

    public int Refused { get; private set; }

    /// <summary>In the order in which they were admitted.</summary>
    public List<string> People { get; } = [];

    public TimeSpan LastAdmitted { get; private set; }

    /// <summary>Null when admitted.</summary>
    public AskOutcome? Take(AskRequest request)
    {
        lock (changing)
        {
            var now = time.GetElapsedTime(started);
            var paid = (arrival > now ? arrival : now) + interval;
            var early = paid - now - interval * burst;
            if (early > TimeSpan.Zero)
            {
                Refused++;
                // In whole milliseconds, rounded up, as the hub tells it.
                return AskOutcome.Refused(Reasons.Refuse(Reason.QuotaExceeded, null, TimeSpan.FromMilliseconds((long)early.TotalMilliseconds + 1)));
            }
            arrival = paid;
            Admitted++;
            People.Add(request.Person);
            LastAdmitted = now;
            return null;
        }
    }
}
