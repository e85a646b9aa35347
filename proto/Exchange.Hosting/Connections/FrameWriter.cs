using System.Collections.Concurrent;
using System.Threading.Channels;
using Exchange.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Exchange.Hosting.Connections;

/// <summary>
/// The one writer of a connection. Replies and control leave at once; asked items leave while the other side's
/// window has room. Whatever is queued when the writer is free becomes one frame: no timer.
/// </summary>
/// <param name="onReplies">Called with the number of replies that are about to be written.</param>
sealed class FrameWriter(IAsyncStreamWriter<Frame> frames, ConnectionLimits limits, TimeProvider time, Action<int> onReplies)
{
    // Bounded by twice this side's own window (one reply an item) and by the few control frames of a connection.
    readonly ConcurrentQueue<IMessage> replies = new();
    readonly FairQueue asks = new(limits.Queue);
    readonly Channel<bool> wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    // Waits for a frame that leaves anyway, or for Flush.
    readonly ConcurrentQueue<Receipt> receipts = new();
    volatile bool writing;
    volatile bool flushing;
    long writingSince;

    /// <summary>Nothing is queued and nothing is being written.</summary>
    public bool IsIdle => !writing && replies.IsEmpty && receipts.IsEmpty && asks.Count == 0;

    /// <summary>Receipts wait for a frame.</summary>
    public bool HasToTell => !receipts.IsEmpty;

    /// <summary>When the frame that is being written was begun, as <see cref="TimeProvider.GetTimestamp"/> counts; null when none is.</summary>
    public long? WritingSince => Interlocked.Read(ref writingSince) is var since and not 0 ? since : null;

    public void Enqueue(IMessage item)
    {
        replies.Enqueue(item);
        wake.Writer.TryWrite(true);
    }

    /// <summary>Travels with the next frame; the oldest is dropped when as many wait as items may.</summary>
    public void Tell(Receipt receipt)
    {
        receipts.Enqueue(receipt);
        if (receipts.Count > limits.Queue)
            receipts.TryDequeue(out _);
    }

    /// <summary>What still waits for a frame gets one of its own.</summary>
    public void Flush()
    {
        if (receipts.IsEmpty)
            return;
        flushing = true;
        wake.Writer.TryWrite(true);
    }

    /// <param name="share">Whose question it is; empty when this side asks for one party alone.</param>
    /// <returns>False when as many items wait as may.</returns>
    public bool TryQueue(Ask ask, string share)
    {
        if (!asks.TryAdd(ask, share))
            return false;
        wake.Writer.TryWrite(true);
        return true;
    }

    /// <summary>It ended while it waited.</summary>
    public void Withdraw(Ask ask) => asks.Withdraw(ask);

    public void SetWindow(int items)
    {
        asks.SetWindow(items);
        wake.Writer.TryWrite(true);
    }

    public void FreeSlot(Ask ask)
    {
        if (asks.Free(ask))
            wake.Writer.TryWrite(true);
    }

    public async Task Run(CancellationToken stop)
    {
        while (await wake.Reader.WaitToReadAsync(stop).ConfigureAwait(false))
        {
            wake.Reader.TryRead(out _);
            writing = true;
            while (Fill() is { } frame)
            {
                Interlocked.Exchange(ref writingSince, time.GetTimestamp());
                await frames.WriteAsync(frame, stop).ConfigureAwait(false);
            }
            Interlocked.Exchange(ref writingSince, 0);
            writing = false;
        }
    }

    /// <summary>The next frame, or null when nothing may leave now.</summary>
    Frame? Fill()
    {
        Frame? frame = null;
        var items = 0;
        var bytes = 0;
        while (items < limits.FrameItems && bytes < limits.FrameBytes && replies.TryDequeue(out var reply))
        {
            bytes += Add(ref frame, reply);
            items++;
        }
        // Freed before it is written, since the other side may answer to the frame sooner than the write returns.
        if (frame is not null && frame.Answers.Count + frame.Confirmations.Count + frame.Refusals.Count is var replied and not 0)
            onReplies(replied);
        while (items < limits.FrameItems && bytes < limits.FrameBytes && asks.TryTake(out var ask))
        {
            Shorten(ask);
            bytes += Add(ref frame, ask.Item);
            items++;
        }
        if (flushing && !receipts.IsEmpty)
            frame ??= new Frame();
        flushing = false;
        for (var told = 0; frame is not null && told < limits.FrameItems && receipts.TryDequeue(out var receipt); told++)
            frame.Receipts.Add(receipt);
        return frame;
    }

    /// <summary>What it waited for the window is not the other side's to spend: it would answer too late, and that could tell why.</summary>
    void Shorten(Ask ask)
    {
        if (ask.Item is QuestionItem { TimeoutMs: > 1 } question && time.GetElapsedTime(ask.Asked).TotalMilliseconds is >= 1 and var waited)
            question.TimeoutMs = waited < question.TimeoutMs - 1 ? question.TimeoutMs - (uint)waited : 1;
    }

    static int Add(ref Frame? frame, IMessage item)
    {
        switch (item)
        {
            case Frame control:
                // Of two that wait, the later one holds: merged, their closures would stand one after the other.
                if (frame is { Opening: not null } && control.Opening is not null)
                    frame.Opening = null;
                (frame ??= new Frame()).MergeFrom(control);
                return 64;
            case QuestionItem question:
                (frame ??= new Frame()).Questions.Add(question);
                return question.Question.Ciphertext.Length + question.Question.Header.Length + 160;
            case AnswerItem answer:
                (frame ??= new Frame()).Answers.Add(answer);
                return answer.Answer.Ciphertext.Length + 160;
            case OfferItem offer:
                (frame ??= new Frame()).Offers.Add(offer);
                return offer.CalculateSize();
            case ConfirmationItem confirmation:
                (frame ??= new Frame()).Confirmations.Add(confirmation);
                return 64;
            case RefusalItem refusal:
                (frame ??= new Frame()).Refusals.Add(refusal);
                return 256;
            default:
                throw new ArgumentException($"a frame has no place for {item.Descriptor.FullName}");
        }
    }
}
