using System.Threading.Channels;
using Exchange.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Exchange.Hosting.Tests.Connections;

/// <summary>One direction of a connection in memory: frames are serialised and parsed again, as on a socket; it can be held and cut.</summary>
sealed class FrameWire : IAsyncStreamReader<Frame>, IAsyncStreamWriter<Frame>
{
    readonly Channel<byte[]> bytes = Channel.CreateUnbounded<byte[]>();
    TaskCompletionSource open = Opened();
    int beatsHeard;

    public List<Frame> Written { get; } = [];

    public Frame Current { get; private set; } = new();

    /// <summary>Heartbeats that came out at the other end.</summary>
    public int BeatsHeard => Volatile.Read(ref beatsHeard);

    public WriteOptions? WriteOptions { get; set; }

    public Task WriteAsync(Frame message) => WriteAsync(message, default);

    public async Task WriteAsync(Frame message, CancellationToken cancellationToken)
    {
        lock (Written)
            Written.Add(message.Clone());
        await open.Task.WaitAsync(cancellationToken);
        if (!bytes.Writer.TryWrite(message.ToByteArray()))
            throw new IOException("the connection is gone");
    }

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        if (!await bytes.Reader.WaitToReadAsync(cancellationToken))
            return false;
        bytes.Reader.TryRead(out var next);
        Current = Frame.Parser.ParseFrom(next);
        if (Current.Heartbeat is not null)
            Interlocked.Increment(ref beatsHeard);
        return true;
    }

    /// <summary>Writes take their time until <see cref="Release"/>.</summary>
    public void Hold() => open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Release() => open.TrySetResult();

    public void Cut()
    {
        bytes.Writer.TryComplete();
        open.TrySetException(new IOException("the connection is gone"));
    }

    static TaskCompletionSource Opened()
    {
        var source = new TaskCompletionSource();
        source.SetResult();
        return source;
    }
}
