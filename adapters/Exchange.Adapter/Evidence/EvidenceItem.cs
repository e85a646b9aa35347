using Exchange.Adapter.Journal;
using Exchange.V1;

namespace Exchange.Adapter.Evidence;

/// <summary>What the journal keeps of a hub's log.</summary>
abstract record EvidenceItem : JournalItem;

/// <summary>Receipts of answers that this agency gave. One of an exchange that it did not answer is passed over, and so is one that it has.</summary>
sealed record GivenReceipts(IReadOnlyList<Receipt> Receipts, long TimeUnixMs) : EvidenceItem
{
    internal override int Size => Receipts.Sum(receipt => 256 + receipt.Entry.Length);
}

/// <summary>A checkpoint that goes on with the one that was kept, and takes its place.</summary>
sealed record NewCheckpoint(KeptCheckpoint Kept) : EvidenceItem
{
    internal override int Size => 256 + Kept.Note.Length;
}

/// <summary>What was found of receipts under one checkpoint. Of one that is no longer there, nothing is kept.</summary>
/// <param name="Contradicted">That the log has another entry in the place of a receipt.</param>
sealed record ProvenReceipts(KeptCheckpoint Under, IReadOnlyList<TileProof> Proofs, IReadOnlyList<Contradiction> Contradicted) : EvidenceItem
{
    internal override int Size => 256 + Under.Note.Length + Proofs.Sum(proof => 96 + proof.Size) + Contradicted.Sum(one => 128 + one.Path.Length);
}

/// <summary>A lasting alarm. One that is open already is not raised twice.</summary>
sealed record RaisedAlarm(LogAlarm Alarm) : EvidenceItem
{
    internal override int Size => 512 + Alarm.KeptNote.Length + Alarm.ShownNote.Length;
}

/// <param name="Receipt">Its id in the table.</param>
/// <param name="Path">The hashes beside the way to the root, 32 bytes each.</param>
/// <param name="LeafHash">Of the entry that is there.</param>
sealed record Contradiction(long Receipt, byte[] Path, byte[] LeafHash);
