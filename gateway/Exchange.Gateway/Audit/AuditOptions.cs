using Exchange.Hosting.Storage;

namespace Exchange.Gateway.Audit;

/// <param name="Path">The SQLite file, on a local disk; its folder is created. With a database, only what keeps this place to one process is beside it.</param>
/// <param name="Name">The log's name, in every receipt; one per hub replica, and never another in the same file.</param>
public sealed record AuditOptions(string Path, string Name)
{
    /// <summary>Null: entries are in the file.</summary>
    public AuditDatabase? Database { get; init; }

    /// <summary>Size beyond which the file refuses entries, and the hub lookups, before the disk is full. Null leaves it to the disk.</summary>
    public long? LargestBytes { get; init; }

    /// <summary>How long an entry waits for a tool that locks the file. From 0.</summary>
    public TimeSpan BusyTimeout { get; init; } = TimeSpan.FromSeconds(5);

    public GroupCommitLimits Limits { get; init; } = new();
}
