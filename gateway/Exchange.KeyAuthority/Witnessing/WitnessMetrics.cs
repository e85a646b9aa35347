using System.Diagnostics.Metrics;

namespace Exchange.KeyAuthority.Witnessing;

/// <summary>Counts what came of the checkpoints that were brought.</summary>
sealed class WitnessMetrics : IDisposable
{
    public const string Name = "Exchange.Witness";

    readonly Meter meter = new(Name);
    readonly Counter<long> checkpoints;

    public WitnessMetrics() =>
        checkpoints = meter.CreateCounter<long>("exchange.witness.checkpoints", "{checkpoint}", "Checkpoints brought to this witness, by what came of them.");

    public void Answered(WitnessOutcome outcome) => checkpoints.Add(1, new KeyValuePair<string, object?>("outcome", outcome switch
    {
        WitnessOutcome.Cosigned => "cosigned",
        WitnessOutcome.Malformed => "malformed",
        WitnessOutcome.UnknownLog => "unknown_log",
        WitnessOutcome.NotSigned => "not_signed",
        WitnessOutcome.Behind => "behind",
        WitnessOutcome.Fork => "fork",
        WitnessOutcome.NotProven => "not_proven",
        _ => "not_kept",
    }));

    public void Dispose() => meter.Dispose();
}
