using System.Collections.Concurrent;
using Exchange.V1;

namespace Exchange.Gateway.Limits;

/// <param name="DataSet">A data set, or one of the words below, which no data set can be called.</param>
readonly record struct QuotaKey(string Agency, string DataSet)
{
    public const string Enrolment = "", Sessions = "(sessions)", Refusals = "(refusals)", Mail = "(mail)";

    /// <summary>Whatever the directory does not know shares one bucket, so that the table stays as large as the directory.</summary>
    public static QuotaKey Unknown => new("", "unknown");
}

/// <summary>
/// How much each agency may ask of each data set, and how many people it may enrol. Decides at once from memory,
/// without a lock or an allocation; <see cref="SharedQuotas"/> adds in the background what other replicas admitted.
/// </summary>
public sealed class Quotas
{
    readonly ConcurrentDictionary<QuotaKey, Bucket> buckets = new();
    // Refusals that are not in the log yet and in no bucket any more.
    readonly ConcurrentQueue<ThrottleEvent> kept = new();
    readonly TimeProvider time;
    readonly long start;
    QuotaRules rules;
    long countedSinceUnixMs;

    public Quotas(QuotaRules rules, TimeProvider time)
    {
        this.rules = rules;
        this.time = time;
        start = time.GetTimestamp();
        countedSinceUnixMs = time.GetUtcNow().ToUnixTimeMilliseconds();
    }

    /// <summary>Ticks of a clock that is never set back.</summary>
    internal long Now => time.GetElapsedTime(start).Ticks;

    internal IEnumerable<Bucket> Buckets => buckets.Select(pair => pair.Value);

    /// <summary>Buckets kept: at most one for each agency and data set, three more for each agency, and one for the unknown.</summary>
    public int Count => buckets.Count;

    /// <summary>From the next question on the new limits hold; what was used stays used. Refusals of whoever left the directory are still drained.</summary>
    public void Apply(QuotaRules rules)
    {
        Volatile.Write(ref this.rules, rules);
        foreach (var (key, _) in buckets)
            if (key != QuotaKey.Unknown && !IsKnown(rules, key)
                && buckets.TryRemove(key, out var gone) && Drain(gone, Volatile.Read(ref countedSinceUnixMs)) is { } refused)
                kept.Enqueue(refused);
    }

    /// <summary>Asks for room for so many lookups of the data set.</summary>
    public QuotaDecision Take(string agency, string dataSet, int cost = 1) => Take(new QuotaKey(agency, dataSet), cost);

    /// <summary>Asks for room to enrol so many people.</summary>
    public QuotaDecision TakeEnrolment(string agency, int people) => Take(new QuotaKey(agency, QuotaKey.Enrolment), people);

    /// <summary>Asks for room to offer a session: a signature for the provider to verify, and an entry.</summary>
    public QuotaDecision TakeSession(string agency) => Take(new QuotaKey(agency, QuotaKey.Sessions), 1);

    /// <summary>Asks for room for a call about letters.</summary>
    public QuotaDecision TakeMail(string agency) => Take(new QuotaKey(agency, QuotaKey.Mail), 1);

    /// <summary>Asks for room to be refused with an entry of its own; past it refusals are counted.</summary>
    public QuotaDecision TakeRefusal(string agency) => Take(new QuotaKey(agency, QuotaKey.Refusals), 1);

    QuotaDecision Take(QuotaKey key, int cost)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(cost, 1);
        var now = Now;
        var current = Volatile.Read(ref rules);
        if (!buckets.TryGetValue(key, out var bucket))
            bucket = Add(key, current);
        if (!bucket.Follows(current))
            bucket.Follow(current, LimitOf(current, bucket.Key), now);
        return bucket.Take(now, cost);
    }

    Bucket Add(QuotaKey key, QuotaRules current)
    {
        if (!IsKnown(current, key))
            key = QuotaKey.Unknown;
        return buckets.GetOrAdd(key, static (key, rules) => new Bucket(key, rules, LimitOf(rules, key)), current);
    }

    /// <summary>Refusals since the last call, for the audit log: one event for each agency and data set that had any.</summary>
    public IReadOnlyList<ThrottleEvent> DrainThrottled()
    {
        var since = Interlocked.Exchange(ref countedSinceUnixMs, time.GetUtcNow().ToUnixTimeMilliseconds());
        var drained = new Dictionary<QuotaKey, ThrottleEvent>();
        while (kept.TryDequeue(out var one))
            Add(one);
        foreach (var bucket in Buckets)
            if (Drain(bucket, since) is { } one)
                Add(one);
        return [.. drained.Values];

        void Add(ThrottleEvent one)
        {
            if (drained.TryAdd(new QuotaKey(one.Requester, one.DataSet), one))
                return;
            var sum = drained[new QuotaKey(one.Requester, one.DataSet)];
            sum.Count += one.Count;
            sum.SinceUnixMs = Math.Min(sum.SinceUnixMs, one.SinceUnixMs);
        }
    }

    /// <summary>A drained event that could not be written: the next drain has it again, with what came meanwhile.</summary>
    public void TakeBack(ThrottleEvent unwritten) => kept.Enqueue(unwritten);

    static ThrottleEvent? Drain(Bucket bucket, long since) => bucket.TakeRefusals() is var count and > 0
        ? new ThrottleEvent { Requester = bucket.Key.Agency, DataSet = bucket.Key.DataSet, Count = (ulong)count, SinceUnixMs = since }
        : null;

    static bool IsKnown(QuotaRules rules, QuotaKey key) =>
        rules.Directory.TryGetAgency(key.Agency, out _)
        && (key.DataSet is QuotaKey.Enrolment or QuotaKey.Sessions or QuotaKey.Refusals or QuotaKey.Mail || rules.Directory.TryGetDataSet(key.DataSet, out _));

    static Limit LimitOf(QuotaRules rules, QuotaKey key) =>
        !rules.Directory.TryGetAgency(key.Agency, out var agency) ? rules.Lookup
        : key.DataSet == QuotaKey.Enrolment ? rules.EnrolmentLimit(agency)
        : key.DataSet == QuotaKey.Sessions ? QuotaRules.Sessions
        : key.DataSet == QuotaKey.Refusals ? QuotaRules.Refusals
        : key.DataSet == QuotaKey.Mail ? QuotaRules.Mail
        : rules.LookupLimit(agency, key.DataSet);
}
