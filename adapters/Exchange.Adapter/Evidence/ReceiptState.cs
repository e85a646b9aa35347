namespace Exchange.Adapter.Evidence;

/// <summary>What became of a receipt.</summary>
public enum ReceiptState
{
    Waiting = 0,

    Proven = 1,

    /// <summary>The log was proven to have another entry in its place.</summary>
    Contradicted = 2,
}
