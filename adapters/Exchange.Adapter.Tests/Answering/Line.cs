using System.Threading.Channels;
using Exchange.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Exchange.Adapter.Tests.Answering;

/// <summary>One direction of a connection in memory. Says what answers passed, and when.</summary>
sealed class Line(TimeProvider time) : IAsyncStreamReader<Frame>, IAsyncStreamWriter<Frame>
{
    readonly Channel<byte[]> bytes = Channel.CreateUnbounded<byte[]>();
    readonly Channel<(SealedAnswer Answer, DateTimeOffset At)> answers = Channel.CreateUnbounded<(SealedAnswer, DateTimeOffset)>();

    public Frame Current { get; private set; } = new();

    public WriteOptions? WriteOptions { get; set; }

    public ChannelReader<(SealedAnswer Answer, DateTimeOffset At)> Answers => answers.Reader;

    public Task WriteAsync(Frame message) => WriteAsync(message, default);

    public Task WriteAsync(Frame message, CancellationToken cancellationToken)
    {
        foreach (var item in message.Answers)
            answers.Writer.TryWrite((item.Answer, time.GetUtcNow()));
        return bytes.Writer.WriteAsync(message.ToByteArray(), cancellationToken).AsTask();
    }

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        if (!await bytes.Reader.WaitToReadAsync(cancellationToken) || !bytes.Reader.TryRead(out var next))
            return false;
        Current = Frame.Parser.ParseFrom(next);
        return true;
    }
}
