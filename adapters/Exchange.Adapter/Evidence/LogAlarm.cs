namespace Exchange.Adapter.Evidence;

/// <summary>Something a hub did that its log cannot explain: kept, and raised over restarts, until somebody acknowledges it.</summary>
/// <param name="Word">FORKED, ROLLED_BACK, NOT_INCLUDED, RECEIPT_MALFORMED or CHECKPOINT_OF_ANOTHER_KEY.</param>
/// <param name="Says">One sentence. Nothing about a person.</param>
/// <param name="KeptNote">The checkpoint that was found good before; empty when there was none.</param>
/// <param name="ShownNote">The one that was shown.</param>
public sealed record LogAlarm(string Log, string Word, long RaisedUnixMs, string Says, string KeptNote, string ShownNote)
{
    /// <summary>By which it is acknowledged; 0 until written.</summary>
    public long Id { get; init; }

    public long? AcknowledgedUnixMs { get; init; }

    public string AcknowledgedBy { get; init; } = "";
}
