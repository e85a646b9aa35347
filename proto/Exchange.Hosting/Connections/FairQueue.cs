using System.Diagnostics.CodeAnalysis;

namespace Exchange.Hosting.Connections;

/// <summary>
/// Asks that wait for a slot of the other side's window, a queue for each share, served in turn. A named share never
/// takes more, of the places to wait and of the slots alike, than it leaves for others: alone it has half, two that
/// flood have a third each, and whoever comes next finds room at once. The nameless share, of a connection that asks
/// for one party alone, may have everything.
/// </summary>
sealed class FairQueue(int places)
{
    internal sealed class Share(string name)
    {
        public readonly string Name = name;
        public readonly Queue<Ask> Waiting = new();
        public int Live, InFlight;
        public bool IsInTurn;
    }

    /// <summary>Ended asks are swept out when there are so many, and more of them than of the others.</summary>
    const int SweepFrom = 64;

    readonly Lock gate = new();
    readonly Dictionary<string, Share> shares = new(StringComparer.Ordinal);
    // Each once; those with nothing to take leave when their turn comes.
    readonly Queue<Share> turns = new();
    int live;
    int inFlight;
    int window;

    /// <summary>Asks that wait and have not ended.</summary>
    public int Count => Volatile.Read(ref live);

    /// <summary>Asks held in memory, ended ones included.</summary>
    internal int Held
    {
        get
        {
            lock (gate)
                return shares.Values.Sum(share => share.Waiting.Count);
        }
    }

    public void SetWindow(int items)
    {
        lock (gate)
            window = items;
    }

    /// <summary>False when as many wait as may.</summary>
    public bool TryAdd(Ask ask, string name)
    {
        lock (gate)
        {
            // Its end came first, and found it nowhere.
            if (ask.Reply.IsCompleted)
                return true;
            if (!shares.TryGetValue(name, out var share))
                shares[name] = share = new Share(name);
            if (!Has(share, share.Live, places - live))
            {
                Forget_NeedsLock(share);
                return false;
            }
            ask.Share = share;
            if (!share.IsInTurn)
                Queue_NeedsLock(share);
            share.Waiting.Enqueue(ask);
            share.Live++;
            live++;
            return true;
        }
    }

    /// <summary>The next ask that may leave now; it counts as written and holds a slot.</summary>
    public bool TryTake([NotNullWhen(true)] out Ask? taken)
    {
        lock (gate)
        {
            for (var i = turns.Count; i > 0; i--)
            {
                var share = turns.Dequeue();
                share.IsInTurn = false;
                taken = Has(share, share.InFlight, window - inFlight) ? Next_NeedsLock(share) : null;
                if (share.Waiting.Count > 0)
                    Queue_NeedsLock(share);
                if (taken is not null)
                    return true;
                Forget_NeedsLock(share);
            }
        }
        taken = null;
        return false;
    }

    /// <summary>It ended while it waited.</summary>
    public void Withdraw(Ask ask)
    {
        lock (gate)
        {
            if (ask.Share is not { } share || !Leave_NeedsLock(ask))
                return;
            var ended = share.Waiting.Count - share.Live;
            if (ended >= SweepFrom && ended > share.Live)
                Sweep_NeedsLock(share);
        }
    }

    /// <summary>The other side has replied, however late. True when somebody waits for the slot.</summary>
    public bool Free(Ask ask)
    {
        lock (gate)
        {
            inFlight--;
            ask.Share!.InFlight--;
            Forget_NeedsLock(ask.Share);
            return live > 0;
        }
    }

    static bool Has(Share share, int taken, int left) => share.Name.Length == 0 ? left > 0 : taken < left;

    Ask? Next_NeedsLock(Share share)
    {
        while (share.Waiting.TryDequeue(out var ask))
        {
            // The slot is counted before it is written: a reply cannot overtake it.
            ask.HoldsSlot = true;
            var isWritten = ask.TryWrite();
            Leave_NeedsLock(ask);
            if (!isWritten)
            {
                ask.HoldsSlot = false;
                continue;
            }
            share.InFlight++;
            inFlight++;
            return ask;
        }
        return null;
    }

    /// <summary>Once for each ask, whether it leaves written or ended.</summary>
    bool Leave_NeedsLock(Ask ask)
    {
        if (ask.HasLeftQueue)
            return false;
        ask.HasLeftQueue = true;
        ask.Share!.Live--;
        live--;
        return true;
    }

    static void Sweep_NeedsLock(Share share)
    {
        for (var i = share.Waiting.Count; i > 0; i--)
            if (share.Waiting.Dequeue() is { HasLeftQueue: false } ask)
                share.Waiting.Enqueue(ask);
    }

    void Queue_NeedsLock(Share share)
    {
        share.IsInTurn = true;
        turns.Enqueue(share);
    }

    void Forget_NeedsLock(Share share)
    {
        if (share is { Live: 0, InFlight: 0, IsInTurn: false })
            shares.Remove(share.Name);
    }
}
