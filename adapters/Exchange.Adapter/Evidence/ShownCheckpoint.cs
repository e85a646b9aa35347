using Exchange.Protocol.Transparency;

namespace Exchange.Adapter.Evidence;

/// <summary>What one place shows as a log's checkpoint: signed by the log, cosigned by every pinned witness, and perhaps an old one.</summary>
/// <param name="Note">The checkpoint with every signature.</param>
sealed record ShownCheckpoint(LogPlace Place, Checkpoint Checkpoint, string Note);
