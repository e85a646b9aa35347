namespace Exchange.Adapter.Answering;

/// <summary>
/// By when the parts of one answer are done, counted from the arrival of its question. A question that is not answered in
/// time is a refusal in the clear at the hub, and only a person whose record is read can take that long.
/// </summary>
public readonly struct Schedule
{
    /// <summary>
    /// In a protected data set answers leave at multiples of this. Longer than a record usually takes, short enough for
    /// somebody who waits.
    /// </summary>
    public static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);

    /// <summary>What sealing and journalling get of the time, at most half of it.</summary>
    static readonly TimeSpan reserve = TimeSpan.FromMilliseconds(250);

    static readonly TimeSpan unstated = TimeSpan.FromSeconds(10), longest = TimeSpan.FromSeconds(60);

    readonly TimeProvider time;
    readonly TimeSpan deadline;

    /// <param name="timeoutMs">The hub's; 0: it named none.</param>
    public Schedule(TimeProvider time, uint timeoutMs)
    {
        this.time = time;
        Arrived = time.GetTimestamp();
        var named = timeoutMs == 0 ? unstated : TimeSpan.FromMilliseconds(timeoutMs);
        deadline = named < longest ? named : longest;
    }

    /// <summary>As <see cref="TimeProvider.GetTimestamp"/> counts.</summary>
    public long Arrived { get; }

    /// <summary>What is left for reading the record; zero when nothing is.</summary>
    public TimeSpan ForReading
    {
        get
        {
            var kept = deadline / 2 < reserve ? deadline / 2 : reserve;
            var left = deadline - kept - time.GetElapsedTime(Arrived);
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    /// <summary>Until the next multiple of <see cref="Pace"/>, or the deadline if that comes first; zero when it has passed.</summary>
    public TimeSpan UntilLeaving
    {
        get
        {
            var elapsed = time.GetElapsedTime(Arrived);
            var next = Pace * Math.Max(1, Math.Ceiling(elapsed / Pace));
            var left = (next < deadline ? next : deadline) - elapsed;
            // In whole milliseconds, rounded up: a timer takes no others and must not fire early.
            return left > TimeSpan.Zero ? TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds)) : TimeSpan.Zero;
        }
    }
}
