using System.Collections.Concurrent;
using Exchange.Protocol.Identity;
using Exchange.V1;

namespace Exchange.Protocol.Sessions;

/// <summary>The sessions of one requester, and the ids of those that are gone but could still be offered again.</summary>
sealed class SessionTable
{
    public const int MaximumSessions = 64;

    /// <summary>An offer younger than this is never pushed out: its requester is still waiting for the confirmation.</summary>
    public static readonly TimeSpan Settled = TimeSpan.FromMinutes(2);

    // 64 sessions may give way every two minutes for the eight hours an id is remembered.
    const int MaximumRemembered = MaximumSessions * 8 * 60 / 2;

    readonly ConcurrentDictionary<UInt128, ProviderSession> live = new();

    // Id of a session that is gone, and until when it is remembered (unix ms). Guarded by gate, as is every write to live.
    readonly Dictionary<UInt128, long> gone = [];
    readonly Lock gate = new();

    public bool IsEmpty
    {
        get
        {
            lock (gate)
                return live.IsEmpty && gone.Count == 0;
        }
    }

    public int Count => live.Count;

    public ProviderSession? Find(UInt128 id) => live.GetValueOrDefault(id);

    /// <summary>Cheap and without promise, to refuse a replay before its signature is checked.</summary>
    public bool Knows(UInt128 id)
    {
        lock (gate)
            return live.ContainsKey(id) || gone.ContainsKey(id);
    }

    /// <returns>UNSPECIFIED when it was added, else OFFER_REPLAYED or SESSION_LIMIT.</returns>
    public Reason Add(ProviderSession session, DateTimeOffset now)
    {
        lock (gate)
        {
            if (live.ContainsKey(session.Key) || gone.ContainsKey(session.Key))
                return Reason.OfferReplayed;
            if (live.Count >= MaximumSessions || gone.Count >= MaximumRemembered)
                Sweep_NeedsLock(now);
            if (gone.Count >= MaximumRemembered || (live.Count >= MaximumSessions && !MakeRoom_NeedsLock(now)))
                return Reason.SessionLimit;
            live[session.Key] = session;
            return Reason.Unspecified;
        }
    }

    /// <summary>Drops what is past its end.</summary>
    public void Sweep(DateTimeOffset now)
    {
        lock (gate)
            Sweep_NeedsLock(now);
    }

    /// <summary>Drops what rests on a certificate that is no longer good; its ids stay known, so that no recorded offer opens it again.</summary>
    public void EndUntrusted(CertificateVerifier certificates)
    {
        lock (gate)
            foreach (var session in live.Values)
                if (!certificates.IsStillGood(session.Certificate))
                    Retire_NeedsLock(session);
    }

    void Sweep_NeedsLock(DateTimeOffset now)
    {
        foreach (var session in live.Values)
            if (now >= session.NotAfter)
                Retire_NeedsLock(session);
        foreach (var (id, until) in gone)
            if (now.ToUnixTimeMilliseconds() > until)
                gone.Remove(id);
    }

    bool MakeRoom_NeedsLock(DateTimeOffset now)
    {
        var stalest = live.Values.Where(one => now - one.OfferedAt > Settled).MinBy(one => one.LastUsedUnixMs);
        if (stalest is null)
            return false;
        Retire_NeedsLock(stalest);
        return true;
    }

    void Retire_NeedsLock(ProviderSession session)
    {
        live.TryRemove(session.Key, out _);
        gone[session.Key] = Math.Max(session.NotAfter.ToUnixTimeMilliseconds(), (session.OfferedAt + Settled).ToUnixTimeMilliseconds());
        session.Dispose();
    }
}
