namespace Exchange.Adapter.Evidence;

/// <summary>A checkpoint as it was shown and found good.</summary>
/// <param name="Size">Entries under it.</param>
/// <param name="Note">With every signature.</param>
public sealed record KeptCheckpoint(string Log, ulong Size, string Note, long SeenUnixMs);
