using BenchmarkDotNet.Loggers;

namespace Exchange.Benchmarks.Running;

/// <summary>Keeps what BenchmarkDotNet says of failures, to be told in the end, and nothing of all else it says.</summary>
sealed class ErrorLines : ILogger
{
    /// <summary>Of each sort: the first failure is what is read.</summary>
    const int Most = 20;

    readonly List<string> thrown = [], others = [];

    public string Id => nameof(ErrorLines);

    public int Priority => 0;

    /// <summary>What was thrown, where anything was: the rest is then about results that are not there.</summary>
    public string Text => string.Join('\n', (thrown.Count > 0 ? thrown : others).Take(Most));

    public void Write(LogKind logKind, string text)
    {
        // An exception in a case is logged as ordinary output, and the innermost is the case's own.
        if (text.Split('\n').LastOrDefault(line => line.Contains("Exception: ", StringComparison.Ordinal)) is { } exception)
            thrown.Add(exception.Trim(' ', '-', '>', '\r'));
        else if (logKind == LogKind.Error && text.Trim() is { Length: > 0 } said)
            others.Add(said);
    }

    public void WriteLine()
    {
    }

    public void WriteLine(LogKind logKind, string text) => Write(logKind, text);

    public void Flush()
    {
    }
}
