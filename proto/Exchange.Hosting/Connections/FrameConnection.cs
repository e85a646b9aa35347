using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Exchange.Hosting.Errors;
using Exchange.Protocol.Refusals;
using Exchange.V1;
using Grpc.Core;

namespace Exchange.Hosting.Connections;

/// <summary>
/// One connection between an adapter and a hub, the same at both ends: one reader, one writer, replies by id.
/// Each side asks within the window the other announced; what is queued leaves as one frame.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The token source has no timer and outlives the connection.")]
public sealed class FrameConnection
{
    readonly IAsyncStreamReader<Frame> incomingFrames;
    readonly ConnectionLimits limits;
    readonly TimeProvider time;
    readonly Action<Frame> onFrame;
    readonly Action<QuestionItem, Incoming> onQuestion;
    readonly Action<OfferItem, Incoming> onOffer;
    readonly Func<Task>? complete;
    readonly FrameWriter writer;
    readonly Pulse pulse;

    // Items of this side, until the other side has replied. Owned by whoever removes them.
    readonly ConcurrentDictionary<ulong, Ask> asked = new();
    // Items of the other side, until this side has replied.
    readonly ConcurrentDictionary<ulong, Incoming> incoming = new();
    // Never disposed: it has no timer, and Lost may be asked at any time.
    readonly CancellationTokenSource over = new();

    readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    ulong lastId;
    // Items of the other side whose reply is not being written yet, refused ones included.
    int incomingCount;
    long lastHeard;
    volatile bool lost;
    volatile bool draining;
    long drainEnds;

    /// <param name="onFrame">Sees each frame before its items: greeting, bundle, drain, receipts. Throws to refuse the connection.</param>
    /// <param name="onQuestion">Called by the reader; must not block.</param>
    /// <param name="onOffer">Called by the reader; must not block.</param>
    /// <param name="complete">Half-closes a client's stream after a drain, so that nothing written last is lost; a server just returns.</param>
    public FrameConnection(
        IAsyncStreamReader<Frame> incomingFrames,
        IAsyncStreamWriter<Frame> outgoingFrames,
        ConnectionLimits limits,
        TimeProvider time,
        Action<Frame> onFrame,
        Action<QuestionItem, Incoming> onQuestion,
        Action<OfferItem, Incoming> onOffer,
        Func<Task>? complete = null)
    {
        this.incomingFrames = incomingFrames;
        this.limits = limits;
        this.time = time;
        this.onFrame = onFrame;
        this.onQuestion = onQuestion;
        this.onOffer = onOffer;
        this.complete = complete;
        writer = new FrameWriter(outgoingFrames, limits, time, count => Interlocked.Add(ref incomingCount, -count));
        pulse = new Pulse(limits, time);
        lastHeard = time.GetTimestamp();
    }

    /// <summary>Items of this side that the other side has not replied to, waiting ones included.</summary>
    public int Outstanding => asked.Count;

    public bool IsLost => lost;

    /// <summary>Cancelled when the connection is lost.</summary>
    public CancellationToken Lost => over.Token;

    /// <summary>Completes when the connection has ended and everything under way with it.</summary>
    public Task Ended => ended.Task;

    /// <summary>Sends a frame of control: greeting, bundle, window, drain.</summary>
    public void Send(Frame control) => writer.Enqueue(control);

    /// <summary>Tells where an exchange that the other side answered stands in the log, with whatever leaves next, within a tick.</summary>
    public void Tell(Receipt receipt)
    {
        writer.Tell(receipt);
        pulse.Quicken();
    }

    /// <summary>Asks a question; its id is set here. The reply may be a refusal at once: queue full or connection lost.</summary>
    /// <param name="share">Whose question it is, where this side asks for several: none of them can take every slot. Empty: for one alone.</param>
    public Ask Ask(QuestionItem item, TimeSpan timeout, string share = "")
    {
        item.Id = Interlocked.Increment(ref lastId);
        var bytes = item.Question.Header.Length + item.Question.Ciphertext.Length + 160;
        return Ask(new Ask(item.Id, item, bytes, time.GetTimestamp(), DeadlineAfter(timeout)), share);
    }

    /// <inheritdoc cref="Ask(QuestionItem, TimeSpan, string)"/>
    public Ask Ask(OfferItem item, TimeSpan timeout, string share = "")
    {
        item.Id = Interlocked.Increment(ref lastId);
        return Ask(new Ask(item.Id, item, item.CalculateSize(), time.GetTimestamp(), DeadlineAfter(timeout)), share);
    }

    /// <summary>Reads, writes and watches the clock until the connection ends. Never throws; what was under way is ended by it.</summary>
    /// <returns>Why it ended; null when the other side closed it in order.</returns>
    public async Task<Exception?> Run(CancellationToken stop)
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(stop, over.Token);
        var reading = Read(stopping.Token);
        var writing = writer.Run(stopping.Token);
        var watching = Watch(stopping.Token);
        var first = await Task.WhenAny(reading, writing, watching).ConfigureAwait(false);
        lost = true;
        if (first == watching && watching.IsCompletedSuccessfully && complete is not null)
            await Task.WhenAny(complete().ContinueWith(_ => reading, TaskScheduler.Default).Unwrap(), Task.Delay(limits.Drain, time, stop)).ConfigureAwait(false);
        await over.CancelAsync().ConfigureAwait(false);
        var everything = Task.WhenAll(reading, writing, watching);
        await everything.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        EndAll();
        ended.TrySetResult();
        return first.Exception?.InnerException;
    }

    /// <summary>
    /// Takes nothing new, says so, and ends the connection as soon as everything under way has its reply, at the latest
    /// after <see cref="ConnectionLimits.Drain"/>.
    /// </summary>
    public void Drain(string message)
    {
        drainEnds = DeadlineAfter(limits.Drain);
        draining = true;
        pulse.Quicken();
        writer.Enqueue(new Frame { Drain = new Drain { Message = message } });
    }

    /// <summary>Ends the connection from this side.</summary>
    public void Close() => over.Cancel();

    internal void Abandon(Ask ask, Refusal why)
    {
        if (!ask.TryEnd(Connections.Reply.Of(why), out var wasWritten))
            return;
        if (wasWritten)
            // Its slot stays taken until the other side replies, however late: the window is theirs.
            writer.Enqueue(new Frame { Cancels = { ask.Id } });
        else
        {
            asked.TryRemove(ask.Id, out _);
            writer.Withdraw(ask);
        }
    }

    internal void Reply(ulong id, Google.Protobuf.IMessage item)
    {
        if (incoming.TryRemove(id, out _))
            writer.Enqueue(item);
    }

    Ask Ask(Ask ask, string share)
    {
        ask.Connection = this;
        asked[ask.Id] = ask;
        if (lost || !writer.TryQueue(ask, share))
        {
            asked.TryRemove(ask.Id, out _);
            ask.TryEnd(Connections.Reply.Of(Reasons.Refuse(lost ? Reason.ConnectionLost : Reason.ProviderBusy)), out _);
        }
        else if (lost)
            // Everything else was ended when the connection was; this one came in between.
            Lose(ask);
        else
            pulse.Quicken();
        return ask;
    }

    /// <summary>Takes what a frame carries. The greeting, read before the connection runs, comes in here.</summary>
    public void Accept(Frame frame)
    {
        Volatile.Write(ref lastHeard, time.GetTimestamp());
        onFrame(frame);
        if (frame.Window > 0)
            writer.SetWindow((int)Math.Min(frame.Window, 65536));
        foreach (var item in frame.Offers)
            if (TryTake(item.Id, out var offer))
                onOffer(item, offer);
        foreach (var item in frame.Questions)
            if (TryTake(item.Id, out var question))
                onQuestion(item, question);
        foreach (var item in frame.Answers)
            End(item.Id, Connections.Reply.Of(item.Answer ?? new SealedAnswer(), item.Receipt));
        foreach (var item in frame.Confirmations)
            End(item.Id, Connections.Reply.Of(item.Confirmation ?? new SessionConfirmation()));
        foreach (var item in frame.Refusals)
            End(item.Id, Connections.Reply.Of(item.Refusal ?? Reasons.Refuse(Reason.Unspecified)));
        foreach (var id in frame.Cancels)
            if (incoming.TryGetValue(id, out var item))
                item.Cancel();
    }

    async Task Read(CancellationToken stop)
    {
        while (await incomingFrames.MoveNext(stop).ConfigureAwait(false))
            Accept(incomingFrames.Current);
    }

    bool TryTake(ulong id, out Incoming item)
    {
        item = new Incoming(this, id);
        // Replies that are not read are counted like questions: memory is bounded whatever the other side's manners.
        var outstanding = Interlocked.Increment(ref incomingCount);
        if (outstanding > limits.Window + Math.Max(limits.Window, limits.FrameItems))
            throw Reasons.Refuse(Reason.WindowExceeded, "The other side sent far more items than its window allows, or does not read the replies.").ToRpcException();
        if (!incoming.TryAdd(id, item))
        {
            writer.Enqueue(new RefusalItem { Id = id, Refusal = Reasons.Refuse(Reason.DuplicateId) });
            return false;
        }
        var isWithin = outstanding <= limits.Window;
        if (isWithin && !draining)
            return true;
        item.Refuse(Reasons.Refuse(isWithin ? Reason.HubDraining : Reason.WindowExceeded));
        return false;
    }

    /// <summary>A reply to an id that is not outstanding is dropped: it came late, twice, or was never asked.</summary>
    void End(ulong id, Reply reply)
    {
        if (!asked.TryRemove(id, out var ask))
            return;
        var isItsEnd = ask.TryEnd(reply, out var wasWritten);
        if (isItsEnd ? wasWritten : ask.HoldsSlot)
            writer.FreeSlot(ask);
        else if (isItsEnd)
            // A reply to what was never sent: an id that somebody guessed.
            writer.Withdraw(ask);
    }

    async Task Watch(CancellationToken stop)
    {
        using var _ = pulse;
        var lastBeat = time.GetTimestamp();
        while (await pulse.Next(stop).ConfigureAwait(false))
        {
            var now = time.GetTimestamp();
            if (time.GetElapsedTime(Volatile.Read(ref lastHeard), now) > limits.Silence)
                throw new TimeoutException($"nothing was heard for {limits.Silence.TotalSeconds:0} s");
            if (writer.WritingSince is { } since && time.GetElapsedTime(since, now) > limits.Silence)
                throw new TimeoutException($"one frame could not be written for {limits.Silence.TotalSeconds:0} s");
            writer.Flush();
            if (time.GetElapsedTime(lastBeat, now) >= limits.Heartbeat)
            {
                lastBeat = now;
                writer.Enqueue(new Frame { Heartbeat = new Heartbeat { TimeUnixMs = time.GetUtcNow().ToUnixTimeMilliseconds() } });
            }
            foreach (var (_, ask) in asked)
                if (now > ask.Deadline)
                    Abandon(ask, Reasons.Refuse(Reason.DeadlineExceeded));
            if (draining && (now > drainEnds || (asked.IsEmpty && incoming.IsEmpty && writer.IsIdle)))
                return;
            pulse.RestIf(IsIdle);
        }
    }

    bool IsIdle() => asked.IsEmpty && !draining && !writer.HasToTell;

    void EndAll()
    {
        foreach (var (_, ask) in asked)
            Lose(ask);
        foreach (var (id, item) in incoming)
            if (incoming.TryRemove(id, out _))
                item.Cancel();
    }

    /// <summary>What was taken by the writer may have arrived; what still waited cannot have, and its reply says so.</summary>
    void Lose(Ask ask)
    {
        if (asked.TryRemove(ask.Id, out _))
            ask.TryEnd(Connections.Reply.Of(Reasons.Refuse(Reason.ConnectionLost)), out _);
    }

    long DeadlineAfter(TimeSpan timeout) => time.GetTimestamp() + (long)(timeout.TotalSeconds * time.TimestampFrequency);
}
