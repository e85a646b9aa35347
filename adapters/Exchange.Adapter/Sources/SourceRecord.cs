using Google.Protobuf;

namespace Exchange.Adapter.Sources;

/// <summary>One record as the source holds it.</summary>
/// <param name="Record">A message of the contract's record type; a field the source does not know is not set.</param>
/// <param name="AsOfUnixMs">When the source last confirmed it; 0 when the source does not say.</param>
/// <param name="Revision">Changes when the record does; tells nothing else about it.</param>
/// <param name="NextUpdateUnixMs">0: not announced.</param>
public sealed record SourceRecord(IMessage Record, long AsOfUnixMs, string Revision, long NextUpdateUnixMs);
