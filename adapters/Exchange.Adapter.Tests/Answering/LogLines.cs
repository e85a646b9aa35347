using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Exchange.Adapter.Tests.Answering;

/// <summary>What was logged, as a reader of the log would see it.</summary>
sealed class LogLines<T> : ILogger<T>
{
    readonly ConcurrentQueue<string> lines = new();
    readonly Channel<string> unread = Channel.CreateUnbounded<string>();

    public IEnumerable<string> All => lines;

    /// <summary>The first line that was not waited for so far.</summary>
    public Task<string> Next() => unread.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20));

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var line = $"{logLevel}: {formatter(state, exception)} {exception}";
        lines.Enqueue(line);
        unread.Writer.TryWrite(line);
    }
}
