namespace Exchange.Adapter.Sources;

/// <param name="Timeout">Longest wait for one record, queueing included. Default 5 s, 50 ms to 60 s.</param>
/// <param name="Concurrency">Queries at one time on the whole database, of which the smallest number said holds; 1 to 256. Null says nothing; where nobody does, 16.</param>
/// <param name="Poll">How often a file or SQLite database is looked at for changes. Default 5 s, 100 ms to 1 h.</param>
sealed record SourceLimits(TimeSpan Timeout, int? Concurrency, TimeSpan Poll)
{
    public static SourceLimits Default { get; } = new(TimeSpan.FromSeconds(5), null, TimeSpan.FromSeconds(5));
}
