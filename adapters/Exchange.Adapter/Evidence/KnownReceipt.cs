namespace Exchange.Adapter.Evidence;

/// <summary>A receipt of this agency and what became of it.</summary>
/// <param name="Path">The hashes beside the way to the root of <paramref name="Under"/>; empty until proven.</param>
/// <param name="Under">Null until proven.</param>
public sealed record KnownReceipt(string Log, ulong Index, byte[] LeafHash, byte[] RequestId, ReceiptState State, IReadOnlyList<byte[]> Path, KeptCheckpoint? Under);
