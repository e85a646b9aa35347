namespace Exchange.Sandbox.Processes;

/// <summary>A program of the exchange ended by itself.</summary>
public sealed class ChildDiedException(string name, int exitCode, string lastLines, string logFile)
    : Exception($"{name} ended by itself with exit code {exitCode}.{Environment.NewLine}{lastLines}{Environment.NewLine}All it said is in {logFile}")
{
    public string Name { get; } = name;
}
