namespace Exchange.Hosting.Connections;

/// <summary>What bounds one connection; the same on both sides.</summary>
public sealed record ConnectionLimits
{
    /// <summary>
    /// Items of the other side that may be outstanding here at once, those included whose reply waits to be written.
    /// Default 2,048; a slot costs about 1 KB. Items beyond it are refused;
    /// whoever has a further window (at least a frame) of them is cut off.
    /// </summary>
    public int Window { get; init; } = 2048;

    /// <summary>Items of this side that may wait for a slot of the other side's window. Default 8,192; beyond it the caller is told at once. One share among several has at most half.</summary>
    public int Queue { get; init; } = 8192;

    /// <summary>Items in one frame. Default 256: past that a frame costs more to wait for than to send.</summary>
    public int FrameItems { get; init; } = 256;

    /// <summary>Bytes in one frame, apart from its last item. Default 256 KiB; the receiver takes up to 4 MiB.</summary>
    public int FrameBytes { get; init; } = 256 * 1024;

    /// <summary>How often each side says that it is there. Default 10 s.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Without any frame for this long, or with one frame not written for so long, the connection is lost. Default 30 s: three heartbeats.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a drain waits for what is under way. Default 10 s.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often deadlines are looked at. Default 100 ms: the precision of a time-out.</summary>
    public TimeSpan Tick { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How often a connection on which nothing is under way looks at its clock. Default 1 s: the precision of heartbeats and silence.</summary>
    public TimeSpan Rest { get; init; } = TimeSpan.FromSeconds(1);
}
