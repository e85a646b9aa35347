using System.Collections.Concurrent;
using Grpc.Core;

namespace Exchange.Adapter.Tests.Jobs;

/// <summary>A stream of messages that a test gives.</summary>
sealed class Incoming<T>(IAsyncEnumerable<T> messages) : IAsyncStreamReader<T>
{
    readonly IAsyncEnumerator<T> enumerator = messages.GetAsyncEnumerator();
    int read;

    public static Incoming<T> Of(params T[] messages) => new(messages.ToAsyncEnumerable());

    public int Read => Volatile.Read(ref read);

    public T Current => enumerator.Current;

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        var isThere = await enumerator.MoveNextAsync().AsTask().WaitAsync(cancellationToken);
        if (isThere)
            Interlocked.Increment(ref read);
        return isThere;
    }
}

/// <summary>Keeps what is written; may be made to wait.</summary>
sealed class Outgoing<T> : IServerStreamWriter<T>
{
    public ConcurrentQueue<T> Written { get; } = new();

    public Func<CancellationToken, Task> Before { get; init; } = _ => Task.CompletedTask;

    public WriteOptions? WriteOptions { get; set; }

    public Task WriteAsync(T message) => WriteAsync(message, CancellationToken.None);

    public async Task WriteAsync(T message, CancellationToken cancellationToken)
    {
        await Before(cancellationToken);
        Written.Enqueue(message);
    }
}
