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

    internal Ask(ulong id, IMessage item, int bytes, long deadline)
    {
        Id = id;
        Item = item;
        Bytes = bytes;
        Deadline = deadline;
    }

    internal ulong Id { get; }

    internal IMessage Item { get; }

    internal int Bytes { get; }

    /// <summary>As <see cref="TimeProvider.GetTimestamp"/> counts.</summary>
    internal long Deadline { get; }

    /// <summary>Set by the connection when written: a slot of the other side's window is taken until it replies, even late.</summary>
    internal bool HoldsSlot { get; set; }

    internal FrameConnection? Connection { get; set; }

    public Task<Reply> Reply => end.Task;

    /// <summary>Not taken by the writer so far, and not ended.</summary>
    internal bool IsQueued => Volatile.Read(ref state) == Queued;

    /// <summary>From now on it counts as sent; false when it has ended already.</summary>
    internal bool TryWrite() => Interlocked.CompareExchange(ref state, Written, Queued) == Queued;

    internal bool TryEnd(Reply reply, out bool wasWritten)
    {
        var before = Interlocked.Exchange(ref state, Ended);
        wasWritten = before == Written;
        if (before == Ended)
            return false;
        end.SetResult(reply);
        return true;
    }

    /// <summary>The asker no longer waits; the other side is told.</summary>
    public void Cancel() => Connection?.Abandon(this, Reasons.Refuse(Reason.Cancelled));
}
