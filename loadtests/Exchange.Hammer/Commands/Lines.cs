namespace Exchange.Hammer.Commands;

/// <summary>Each as it comes: a run is watched, or read from a log.</summary>
sealed class Lines : IProgress<string>
{
    public void Report(string value) => Console.WriteLine(value);
}
