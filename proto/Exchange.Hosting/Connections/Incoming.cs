using System.Diagnostics.CodeAnalysis;
using Exchange.V1;

namespace Exchange.Hosting.Connections;

/// <summary>One item the other side asked; replied to exactly once, also when cancelled: until then it takes a slot of the window.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The token source has no timer, and a cancel may come at any time.")]
public sealed class Incoming
{
    readonly FrameConnection connection;
    readonly ulong id;
    Ask? forwarded;
    CancellationTokenSource? cancellation;
    volatile bool cancelled;

    internal Incoming(FrameConnection connection, ulong id)
    {
        this.connection = connection;
        this.id = id;
    }

    /// <summary>The other side no longer waits.</summary>
    public bool IsCancelled => cancelled;

    /// <summary>Cancelled when the other side no longer waits. Made when first asked for: most items end without it.</summary>
    public CancellationToken Cancelled
    {
        get
        {
            var made = new CancellationTokenSource();
            var source = Interlocked.CompareExchange(ref cancellation, made, null) ?? made;
            if (cancelled)
                source.Cancel();
            return source.Token;
        }
    }

    /// <summary>Ties it to the item sent onward, so that a cancel travels along.</summary>
    public void Forward(Ask ask)
    {
        Volatile.Write(ref forwarded, ask);
        if (cancelled)
            ask.Cancel();
    }

    public void Answer(SealedAnswer answer, Receipt? receipt)
    {
        var item = new AnswerItem { Id = id, Answer = answer };
        if (receipt is not null)
            item.Receipt = receipt;
        connection.Reply(id, item);
    }

    public void Confirm(SessionConfirmation confirmation) => connection.Reply(id, new ConfirmationItem { Id = id, Confirmation = confirmation });

    public void Refuse(Refusal refusal) => connection.Reply(id, new RefusalItem { Id = id, Refusal = refusal });

    internal void Cancel()
    {
        cancelled = true;
        Volatile.Read(ref forwarded)?.Cancel();
        // Either this sees the source, or whoever makes it sees that it is cancelled.
        Interlocked.MemoryBarrier();
        // What hangs on it runs elsewhere: this is the reader's thread.
        _ = Volatile.Read(ref cancellation)?.CancelAsync();
    }
}
