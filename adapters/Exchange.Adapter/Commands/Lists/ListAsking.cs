using Google.Protobuf.WellKnownTypes;

namespace Exchange.Adapter.Commands.Lists;

/// <summary>What every list says of its questions.</summary>
/// <param name="MaxAge">Of copies of records; null: any.</param>
public sealed record ListAsking(string Official, string CaseId, Duration? MaxAge);
