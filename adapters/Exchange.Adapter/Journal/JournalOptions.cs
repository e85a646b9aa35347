using Exchange.Hosting.Storage;

namespace Exchange.Adapter.Journal;

/// <param name="Path">The SQLite file, on a local disk; its folder is created for its owner alone.</param>
public sealed record JournalOptions(string Path)
{
    /// <summary>Size beyond which nothing is asked or answered, before the disk is full. Null leaves it to the disk.</summary>
    public long? LargestBytes { get; init; }

    /// <summary>How long an entry waits for a tool that locks the file. From 0.</summary>
    public TimeSpan BusyTimeout { get; init; } = TimeSpan.FromSeconds(5);

    public GroupCommitLimits Limits { get; init; } = new();
}
