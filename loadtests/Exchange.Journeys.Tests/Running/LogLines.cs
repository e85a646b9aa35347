using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Exchange.Journeys.Tests.Running;

/// <summary>What every part of an exchange logs, as a reader of the logs would see it: words, values and exceptions.</summary>
public sealed class LogLines : ILoggerProvider
{
    readonly ConcurrentQueue<LogLine> lines = new();
    readonly ConcurrentBag<int> expected = [];

    public IEnumerable<LogLine> All => lines;

    /// <summary>Errors that no test announced.</summary>
    public IEnumerable<LogLine> Unexpected => lines.Where(line => line.Level >= LogLevel.Error && !expected.Contains(line.Number));

    /// <summary>This error is what a test is about.</summary>
    public void Expect(params ReadOnlySpan<int> numbers)
    {
        foreach (var number in numbers)
            expected.Add(number);
    }

    public ILogger CreateLogger(string categoryName) => new Category(categoryName, lines);

    public void Dispose()
    {
    }

    sealed class Category(string name, ConcurrentQueue<LogLine> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var values = state is IEnumerable<KeyValuePair<string, object?>> pairs ? string.Join(' ', pairs.Select(pair => $"{pair.Key}={pair.Value}")) : "";
            lines.Enqueue(new LogLine(name, logLevel, eventId.Id, $"{formatter(state, exception)} {values} {exception}"));
        }
    }
}

public sealed record LogLine(string Category, LogLevel Level, int Number, string Text);
