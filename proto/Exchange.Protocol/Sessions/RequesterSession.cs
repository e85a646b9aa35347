using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Protocol.Sessions;

/// <summary>
/// The asking side of a confirmed session. Keys and counter live and die with this object: whoever starts anew opens
/// a new session. For any number of threads.
/// </summary>
public sealed class RequesterSession : IDisposable
{
    readonly TimeProvider time;
    long sequence;
    volatile bool ended;

    internal RequesterSession(SessionOffer offer, SessionKeys keys, TimeProvider time, ulong lastSequenceUsed = 0)
    {
        Keys = keys;
        this.time = time;
        sequence = (long)lastSequenceUsed;
        Id = offer.SessionId;
        Requester = offer.Requester;
        Provider = offer.Provider;
        Node = offer.Node;
        NotAfter = DateTimeOffset.FromUnixTimeMilliseconds(offer.NotAfterUnixMs);
    }

    public ByteString Id { get; }

    public string Requester { get; }

    public string Provider { get; }

    /// <summary>The provider's process that holds the other half.</summary>
    public string Node { get; }

    public DateTimeOffset NotAfter { get; }

    /// <summary>Time is up, the sequence is used up, or it was disposed of.</summary>
    public bool HasEnded => ended || Volatile.Read(ref sequence) >= (long)SessionRules.LastSequence || time.GetUtcNow() >= NotAfter;

    internal SessionKeys Keys { get; }

    /// <summary>A number no other question of this session has, taken before anything is sealed under it; false when the session is over.</summary>
    internal bool TryTakeSequence(DateTimeOffset now, out ulong taken)
    {
        taken = 0;
        if (ended || now >= NotAfter)
            return false;
        taken = (ulong)Interlocked.Increment(ref sequence);
        return taken <= SessionRules.LastSequence;
    }

    internal DateTimeOffset Now => time.GetUtcNow();

    public void Dispose()
    {
        ended = true;
        Keys.Dispose();
    }
}
