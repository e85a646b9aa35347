using Exchange.Hammer.Machine;
using Exchange.Hammer.Measurement;
using Exchange.Hammer.Results;

namespace Exchange.Hammer.Connections;

/// <summary>What idle connections cost the hub, and what one stalled provider costs everybody else.</summary>
/// <param name="Load">Load average before the run.</param>
/// <param name="Agencies">That the connections belong to.</param>
/// <param name="Before">The hub's memory without the idle connections.</param>
/// <param name="Opening">Seconds until the hub had welcomed them all.</param>
/// <param name="After">The hub's memory with all of them, once they were held.</param>
/// <param name="OpenAfterHold">Of the idle connections.</param>
/// <param name="HubCount">Connections that the hub itself counted then, those who ask and answer included; null when it did not say.</param>
/// <param name="OpenAtEnd">Of the idle connections, after the last round.</param>
sealed record ConnectionsFigures(
    DateTimeOffset Began, MachineFacts Machine, double Load, ConnectionsPlan Plan, int Agencies, SettledMemory Before, double Opening, SettledMemory After,
    int OpenAfterHold, long? HubCount, int OpenAtEnd, IReadOnlyList<StallRound> Rounds) : IMeasured
{
    public const string Name = "connections";

    public string Verb { get; } = Name;

    public string? Shortcoming =>
        Plan.Connections < ConnectionsPlan.Wanted ? FormattableString.Invariant($"it has {Plan.Connections:#,0} connections, and {ConnectionsPlan.Wanted:#,0} are wanted")
        : !Before.IsSettled || !After.IsSettled ? "the hub's memory did not come to rest in it"
        : null;

    /// <summary>Bytes of the hub's private memory.</summary>
    public double PrivateEach => Math.Round((After.Private - Before.Private) / (double)Plan.Connections);

    /// <summary>Bytes of its managed heap, which are among them; null when it did not say.</summary>
    public double? HeapEach => After.Heap - Before.Heap is { } more ? Math.Round(more / (double)Plan.Connections) : null;

    /// <summary>Of p99, in %, each round against itself.</summary>
    public Spread Raised => Spread.Of(Rounds.Select(round => round.Raised));
}

/// <summary>One round: others' lookups without a stalled provider, and then beside one.</summary>
/// <param name="Stuck">Questions that the stalled provider had read by the end, and answered none of.</param>
sealed record StallRound(StallHalf Without, StallHalf With, long Stuck)
{
    /// <summary>Of p99, in %.</summary>
    public double Raised => Math.Round((With.P99 / Without.P99 - 1) * 100, 2);
}

/// <summary>Latencies in microseconds.</summary>
/// <param name="HubPrivate">The hub's private memory at its end, bytes; nothing was collected for it.</param>
sealed record StallHalf(long Answers, double PerSecond, double P50, double P99, double P999, long HubPrivate);
