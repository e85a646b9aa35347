namespace Exchange.Hosting.Storage;

/// <summary>How much one commit takes and how much may wait for one.</summary>
public sealed record GroupCommitLimits
{
    /// <summary>Items in one transaction. More gain nothing: at this size the fsync is a few percent of the work.</summary>
    public int BatchItems { get; init; } = 8192;

    /// <summary>Bytes after which a transaction takes no further item; a larger item travels alone.</summary>
    public long BatchBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>Items written or waiting at once; half a second's worth at full speed. Beyond it an append is refused.</summary>
    public int QueuedItems { get; init; } = 65_536;

    /// <summary>Bytes written or waiting at once.</summary>
    public long QueuedBytes { get; init; } = 64 * 1024 * 1024;
}
