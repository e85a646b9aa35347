using Exchange.Hammer.Contenders;
using Exchange.Hammer.Direct;

namespace Exchange.Hammer.Measurement;

/// <summary>Whom, how long and how hard.</summary>
sealed record MeasurementPlan
{
    /// <summary>Ids of <see cref="Lineup"/>; the first is T0, which the others are compared with.</summary>
    public required IReadOnlyList<string> Contenders { get; init; }

    /// <summary>Of each contender, before anything counts: the runtime compiles what is hot in the meantime. From 1 s.</summary>
    public required TimeSpan WarmUp { get; init; }

    /// <summary>Each cell is measured so often, the contenders taking turns. From 3: below that there is no spread.</summary>
    public required int Rounds { get; init; }

    /// <summary>Length of one cell in one round. From 1 s.</summary>
    public required TimeSpan Length { get; init; }

    /// <summary>How many ask at once, one cell each, for answers of the first size.</summary>
    public required IReadOnlyList<int> Concurrency { get; init; }

    /// <summary>Bytes of an answer. All but the first are measured with <see cref="MiddleConcurrency"/> alone.</summary>
    public required IReadOnlyList<int> Sizes { get; init; }

    /// <summary>Whether the open loop is measured too, and traces are looked at.</summary>
    public required bool IsWhole { get; init; }

    /// <summary>Of each caller to the hub, to the direct provider and to what stands before it.</summary>
    public required int Connections { get; init; }

    /// <summary>Residents of the exchange, half of them the requester's.</summary>
    public required int People { get; init; }

    /// <summary>Where the first of <see cref="Peers"/> listens, the others behind it; null: wherever is free.</summary>
    public int? FirstPort { get; init; }

    /// <summary>The open loop runs at half of what the closed loop reached with this many at once.</summary>
    public int MiddleConcurrency => Concurrency.Contains(128) ? 128 : Concurrency.Max();

    /// <summary>Every cell of the closed loop.</summary>
    public IEnumerable<CellLoad> Loads => Concurrency.Select(slots => new CellLoad(slots, Sizes[0])).Concat(Sizes.Skip(1).Select(size => new CellLoad(MiddleConcurrency, size)));

    static IReadOnlyList<string> Peers { get; } = [Lineup.Haproxy, Lineup.Nginx, Lineup.Yarp, Lineup.Conventional];

    public int? PortOf(string peer) => FirstPort + Peers.Index().First(one => one.Item == peer).Index;

    /// <summary>Why it would measure nothing; null when it may run.</summary>
    public string? Mistake()
    {
        if (Rounds < 3)
            return "'--rounds' must be 3 or more: fewer show no spread, so no figure would mean anything.";
        if (Length < TimeSpan.FromSeconds(1) || WarmUp < TimeSpan.FromSeconds(1))
            return "'--seconds' and '--warm-up' must be 1 or more: CPU time is counted in hundredths of a second, so shorter rounds measure nothing.";
        if (Concurrency.Count == 0 || Concurrency.Any(one => one is < 1 or > 1000))
            return "'--concurrency' takes numbers from 1 to 1000.";
        if (Sizes.Count == 0 || Sizes.Any(one => one is < DirectRecords.SmallestSize or > DirectRecords.LargestSize))
            return $"'--sizes' takes numbers from {DirectRecords.SmallestSize} to {DirectRecords.LargestSize}.";
        if (Connections is < 1 or > 8)
            return "'--connections' takes 1 to 8.";
        if (People < 4 * Concurrency.Max() || People > 100_000)
            return $"'--people' must be from {4 * Concurrency.Max()} (four times the highest concurrency) to 100000.";
        if (FirstPort is < 1024 or > 65_000)
            return "'--first-port' takes 1024 to 65000.";
        return null;
    }
}

/// <summary>A load of the closed loop.</summary>
/// <param name="Slots">How many ask at once.</param>
/// <param name="Size">Bytes of an answer.</param>
sealed record CellLoad(int Slots, int Size);
