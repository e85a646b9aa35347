namespace Exchange.Hammer.Measurement;

/// <summary>How long and how hard.</summary>
sealed record MeasurementPlan
{
    /// <summary>Of each contender, before anything counts: the runtime compiles what is hot in the meantime. From 1 s.</summary>
    public required TimeSpan WarmUp { get; init; }

    /// <summary>Each cell is measured so often, the contenders taking turns. From 3: below that there is no spread.</summary>
    public required int Rounds { get; init; }

    /// <summary>Length of one cell in one round. From 1 s.</summary>
    public required TimeSpan Length { get; init; }

    /// <summary>How many ask at once, one cell each.</summary>
    public required IReadOnlyList<int> Concurrency { get; init; }

    /// <summary>Connections of the requester to the hub, and as many to the direct provider.</summary>
    public required int Connections { get; init; }

    /// <summary>Residents of the exchange, half of them the requester's.</summary>
    public required int People { get; init; }

    /// <summary>The open loop runs at half of what the closed loop reached with this many at once.</summary>
    public int OpenLoopConcurrency => Concurrency.Contains(128) ? 128 : Concurrency.Max();

    /// <summary>Why it would measure nothing; null when it may run.</summary>
    public string? Mistake()
    {
        if (Rounds < 3)
            return "'--rounds' must be 3 or more: fewer show no spread, so no figure would mean anything.";
        if (Length < TimeSpan.FromSeconds(1) || WarmUp < TimeSpan.FromSeconds(1))
            return "'--seconds' and '--warm-up' must be 1 or more: CPU time is counted in hundredths of a second, so shorter rounds measure nothing.";
        if (Concurrency.Count == 0 || Concurrency.Any(one => one is < 1 or > 1000))
            return "'--concurrency' takes numbers from 1 to 1000.";
        if (Connections is < 1 or > 8)
            return "'--connections' takes 1 to 8.";
        if (People < 4 * Concurrency.Max() || People > 100_000)
            return $"'--people' must be from {4 * Concurrency.Max()} (four times the highest concurrency) to 100000.";
        return null;
    }
}
