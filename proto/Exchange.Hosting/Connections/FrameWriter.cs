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
sealed class FrameWriter(IAsyncStreamWriter<Frame> frames, ConnectionLimits limits)
{
    // Bounded by this side's own window (one reply an item) and by the few control frames of a connection.
    readonly ConcurrentQueue<IMessage> replies = new();
    readonly ConcurrentQueue<Ask> asks = new();
    readonly Channel<bool> wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    int asksQueued;
    int window;
    int inFlight;
    volatile bool writing;

    /// <summary>Nothing is queued and nothing is being written.</summary>
    public bool IsIdle => !writing && replies.IsEmpty && asks.IsEmpty;

    public void Enqueue(IMessage item)
    {
        replies.Enqueue(item);
        wake.Writer.TryWrite(true);
    }

    /// <summary>False when as many items wait as may.</summary>
    public bool TryQueue(Ask ask)
    {
        if (Interlocked.Increment(ref asksQueued) > limits.Queue)
        {
            Interlocked.Decrement(ref asksQueued);
            return false;
        }
        asks.Enqueue(ask);
        wake.Writer.TryWrite(true);
        return true;
    }

    public void SetWindow(int items)
    {
        Volatile.Write(ref window, items);
        wake.Writer.TryWrite(true);
    }

    public void FreeSlot()
    {
        Interlocked.Decrement(ref inFlight);
        if (!asks.IsEmpty)
            wake.Writer.TryWrite(true);
    }

    public async Task Run(CancellationToken stop)
    {
        while (await wake.Reader.WaitToReadAsync(stop).ConfigureAwait(false))
        {
            wake.Reader.TryRead(out _);
            writing = true;
            while (Fill() is { } frame)
                await frames.WriteAsync(frame, stop).ConfigureAwait(false);
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
        while (items < limits.FrameItems && bytes < limits.FrameBytes && Volatile.Read(ref inFlight) < Volatile.Read(ref window) && asks.TryDequeue(out var ask))
        {
            Interlocked.Decrement(ref asksQueued);
            // The slot is counted before it is written: a reply cannot overtake it.
            ask.HoldsSlot = true;
            if (!ask.TryWrite())
            {
                ask.HoldsSlot = false;
                continue;
            }
            Interlocked.Increment(ref inFlight);
            bytes += Add(ref frame, ask.Item);
            items++;
        }
        return frame;
    }

    static int Add(ref Frame? frame, IMessage item)
    {
        switch (item)
        {
            case Frame control:
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
