using System.Collections.Immutable;
using Exchange.Adapter.Answering;
using Exchange.Adapter.Evidence;
using Exchange.Adapter.Telemetry;
using Exchange.Hosting.Connections;
using Exchange.Hosting.Errors;
using Exchange.Protocol.Identity;
using Exchange.Protocol.Refusals;
using Exchange.V1;
using Grpc.Core;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Exchange.Adapter.Connection;

/// <summary>
/// Dials every hub replica, several times each, and dials again when a connection is lost. The adapter never listens
/// for the hub: questions for this agency arrive on the connections it opened.
/// </summary>
public sealed class HubConnections(
    HubChannels channels, CertificateVerifier certificates, ConnectionLimits limits, Answerer answers, ReceiptsGiven receipts, ILogger<HubConnections> log, TimeProvider time) : BackgroundService
{
    static readonly TimeSpan firstPause = TimeSpan.FromMilliseconds(200), longestPause = TimeSpan.FromSeconds(5);

    /// <summary>
    /// After a connection that held so long, pauses begin anew. After a shorter one from the second on: a hub that falls over
    /// again and again is neither stormed nor left alone.
    /// </summary>
    static readonly TimeSpan steady = TimeSpan.FromSeconds(5), unsteadyPause = TimeSpan.FromSeconds(1);

    // Swapped whole under the lock; read without it.
    ImmutableArray<HubConnection> open = [];
    readonly Lock changing = new();
    TaskCompletionSource opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    // Under the lock; null until somebody has told it.
    Opening? opening;
    volatile bool stopping;
    long lostAt;
    uint turn;

    /// <summary>
    /// A hub says that there are letters to collect, or is there again, and may have had nobody to say it to. Called by a connection's reader:
    /// whoever listens must not wait.
    /// </summary>
    public event Action? Mail;

    /// <summary>Connections that have greeted and live.</summary>
    public int Open => open.Length;

    /// <summary>Why the hub refused the last attempt; null while connected.</summary>
    public Refusal? LastRefusal { get; private set; }

    /// <summary>Why the last attempt did not get as far as the hub, in words; null while connected, and when that is not known.</summary>
    public string? LastTrouble { get; private set; }

    /// <summary>
    /// A connection was lost, or began to drain, so recently that the hub may be starting again: it is being dialled, and may not know its providers yet.
    /// False when the hub is there and refuses this agency.
    /// </summary>
    public bool WasLostWithin(TimeSpan span) => LastRefusal is null && Interlocked.Read(ref lostAt) is var at and not 0 && time.GetElapsedTime(at) < span;

    /// <summary>The next connection that takes questions, each in its turn; null when there is none.</summary>
    public HubConnection? Pick()
    {
        var now = open;
        var start = Interlocked.Increment(ref turn);
        for (var i = 0; i < now.Length; i++)
            if (now[(int)((start + (uint)i) % (uint)now.Length)] is { TakesQuestions: true } connection)
                return connection;
        return null;
    }

    /// <summary>Completes as soon as there is a connection.</summary>
    public Task WaitUntilOpen(CancellationToken cancelled)
    {
        lock (changing)
            return open.IsEmpty ? opened.Task.WaitAsync(cancelled) : Task.CompletedTask;
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Range(0, channels.All.Count).Select(place => KeepOpen(place, stoppingToken)));

    async Task KeepOpen(int place, CancellationToken stop)
    {
        var pause = firstPause;
        while (!stop.IsCancellationRequested)
        {
            var channel = channels.All[place];
            var (why, held) = await Connect(channel, stop).ConfigureAwait(false);
            if (stopping || stop.IsCancellationRequested)
                return;
            LastRefusal = (why as RpcException)?.ToRefusal();
            LastTrouble = LastRefusal is { Reason: not Reason.HubUnavailable } ? null : Unreached.Explain(why) ?? channels.LastTrouble;
            log.ConnectionLost(channel.Address, LastRefusal is { } refusal ? Reasons.Name(refusal.Reason) : why?.GetType().Name ?? "closed", (int)pause.TotalMilliseconds);
            pause = held > steady ? firstPause : held > TimeSpan.Zero && pause > unsteadyPause ? unsteadyPause : pause;
            await Task.Delay(pause + Jitter(pause), time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = pause * 2 < longestPause ? pause * 2 : longestPause;
            // Its stream has ended, and nobody takes it up any more.
            if (channel.GivenUp.IsCancellationRequested)
                channel.Dispose();
        }
    }

    /// <returns>Why it ended, and how long after the hub's welcome.</returns>
    async Task<(Exception? Why, TimeSpan Held)> Connect(HubChannel channel, CancellationToken stop)
    {
        var welcomed = 0L;
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop, channel.GivenUp);
        HubConnection? connection = null;
        try
        {
            if (!certificates.HasFreshList && await channels.RefreshRevocationList(ending.Token).ConfigureAwait(false) is { } stale)
                throw stale.ToRpcException();
            using var call = channel.Connections.Connect(cancellationToken: ending.Token);
            FrameConnection? frames = null;
            frames = new FrameConnection(call.ResponseStream, call.RequestStream, limits, time,
                frame =>
                {
                    // The first one alone: a connection takes one place among the open.
                    if (connection is null && frame.Welcome is { } welcome)
                    {
                        welcomed = time.GetTimestamp();
                        Add(connection = new HubConnection(welcome.Hub, frames!));
                    }
                    if (frame.Receipts.Count > 0)
                        receipts.Take(frame.Receipts);
                    if (frame.Mail)
                        Mail?.Invoke();
                    if (frame.Drain is not null)
                    {
                        connection?.MarkDraining();
                        NoteLoss();
                    }
                },
                answers.Answer,
                answers.Confirm,
                call.RequestStream.CompleteAsync);
            var hello = new Frame
            {
                Hello = new Hello { ProtocolVersion = 1, Node = answers.Node, Software = AdapterSoftware.Name },
                Window = (uint)limits.Window,
            };
            if (answers.Bundle is { } bundle)
                hello.Bundle = bundle;
            frames.Send(hello);
            var why = await frames.Run(ending.Token).ConfigureAwait(false);
            return (stop.IsCancellationRequested ? null : why, Held());
        }
        catch (Exception e)
        {
            // Whatever it is, a hub at the other end may have caused it: the place is dialled again.
            return (e, Held());
        }
        finally
        {
            if (connection is not null)
                Remove(connection);
            await ending.CancelAsync().ConfigureAwait(false);
        }

        TimeSpan Held() => connection is null ? TimeSpan.Zero : time.GetElapsedTime(welcomed);
    }

    /// <summary>Takes no new questions, answers what is in hand, then lets go of the hubs.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        stopping = true;
        foreach (var connection in open)
            connection.Frames.Drain("the adapter is about to stop");
        await Task.WhenAll(open.Select(connection => connection.Frames.Ended)).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Tells every hub this node's renewed key.</summary>
    public void Announce(Bundle bundle)
    {
        foreach (var connection in open)
            connection.Frames.Send(new Frame { Bundle = bundle });
    }

    /// <summary>Tells every hub when this agency is closed; hubs that are connected later are told after their welcome.</summary>
    public void Tell(Opening now)
    {
        lock (changing)
        {
            opening = now;
            foreach (var connection in open)
                connection.Frames.Send(new Frame { Opening = now });
        }
    }

    void Add(HubConnection connection)
    {
        lock (changing)
        {
            open = open.Add(connection);
            if (opening is { } now)
                connection.Frames.Send(new Frame { Opening = now });
            opened.TrySetResult();
        }
        LastRefusal = null;
        LastTrouble = null;
        log.ConnectionOpened(connection.Hub);
        Mail?.Invoke();
    }

    void NoteLoss() => Interlocked.Exchange(ref lostAt, time.GetTimestamp());

    void Remove(HubConnection connection)
    {
        NoteLoss();
        lock (changing)
        {
            open = open.Remove(connection);
            if (open.IsEmpty && opened.Task.IsCompleted)
                opened = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>Up to a quarter more, so that a thousand adapters do not come back in the same moment.</summary>
    static TimeSpan Jitter(TimeSpan pause) =>
        pause * (System.Security.Cryptography.RandomNumberGenerator.GetInt32(250) / 1000.0);
}
