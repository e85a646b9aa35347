using System.Text;
using BenchmarkDotNet.Loggers;

namespace Exchange.Benchmarks.Running;

/// <summary>Keeps what BenchmarkDotNet says of failures, to be told in the end, and nothing of all else it says.</summary>
sealed class ErrorLines : ILogger
{
    /// <summary>Characters: the first failure is what is read.</summary>
    const int Most = 8000;

    readonly StringBuilder text = new();

    public string Id => nameof(ErrorLines);

    public int Priority => 0;

    public string Text => text.ToString();

    public void Write(LogKind logKind, string text)
    {
        if (logKind == LogKind.Error && this.text.Length < Most)
            this.text.Append(text);
    }

    public void WriteLine()
    {
    }

    public void WriteLine(LogKind logKind, string text) => Write(logKind, text + "\n");

    public void Flush()
    {
    }
}
