using Exchange.Protocol.Refusals;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Hosting.Connections;

/// <summary>
/// One item this side asks: a question or an offer. It waits in the queue, is written at most once, and ends
/// exactly once, by a reply, its deadline, a cancel or the loss of the connection.
/// </summary>
public sealed class Ask
{
    const int Queued = 0, Written = 1, Ended = 2;

    // Whoever waits goes on elsewhere: the reader reads on.
    readonly TaskCompletionSource<Reply> end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int state;

    internal Ask(ulong id, IMessage item, int bytes, long asked, long deadline)
    {
        Id = id;
        Item = item;
        Bytes = bytes;
        Asked = asked;
        Deadline = deadline;
    }

    internal ulong Id { get; }

    internal IMessage Item { get; }

    internal int Bytes { get; }

    /// <summary>As <see cref="TimeProvider.GetTimestamp"/> counts.</summary>
    internal long Asked { get; }

    /// <inheritdoc cref="Asked"/>
    internal long Deadline { get; }

    /// <summary>Set by the connection when written: a slot of the other side's window is taken until it replies, even late.</summary>
    internal bool HoldsSlot { get; set; }

    internal FrameConnection? Connection { get; set; }

    /// <summary>Owned by the queue it waits or waited in, under its lock.</summary>
    internal FairQueue.Share? Share { get; set; }

    /// <inheritdoc cref="Share"/>
    internal bool HasLeftQueue { get; set; }

    public Task<Reply> Reply => end.Task;

    /// <summary>From now on it counts as sent; false when it has ended already.</summary>
    internal bool TryWrite() => Interlocked.CompareExchange(ref state, Written, Queued) == Queued;

    /// <summary>Ends it once. What ends it before it was written says so: nobody can have seen it.</summary>
    internal bool TryEnd(Reply reply, out bool wasWritten)
    {
        var before = Interlocked.Exchange(ref state, Ended);
        wasWritten = before == Written;
        if (before == Ended)
            return false;
        end.SetResult(wasWritten ? reply : reply with { NeverSent = true });
        return true;
    }

    /// <summary>The asker no longer waits; the other side is told.</summary>
    public void Cancel() => Connection?.Abandon(this, Reasons.Refuse(Reason.Cancelled));
}
