namespace Exchange.Adapter.Evidence;

/// <summary>A receipt of this agency and what became of it.</summary>
/// <param name="Path">The hashes beside the way to the root of <paramref name="Under"/>; empty while it waits.</param>
/// <param name="Under">Null while it waits.</param>
/// <param name="Entry">As it came with the receipt.</param>
/// <param name="OtherLeafHash">Of another entry, from which the path leads when the receipt is contradicted; null when it is the receipt's own.</param>
public sealed record KnownReceipt(string Log, ulong Index, byte[] LeafHash, byte[] RequestId, ReceiptState State, IReadOnlyList<byte[]> Path, KeptCheckpoint? Under, byte[]? Entry, byte[]? OtherLeafHash);
