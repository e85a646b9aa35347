using Exchange.Protocol.Transparency;

namespace Exchange.Gateway.Audit.Checks;

/// <summary>What somebody does who finds a log wrong.</summary>
static class Remedies
{
    const string KeepAndCompare = "Keep the files as they are: they are evidence. Compare them with a copy, an agency's or the witness's; then restore a whole copy and begin a new log under another name if none has all entries.";

    public static string Of(LogFault fault) => fault switch
    {
        LogFault.None => "",
        LogFault.CheckpointMissing => "A hub publishes the first one within a second of its start; for an address, give it up to its last folder, such as http://hub.example:7480/log/.",
        LogFault.CheckpointMalformed => "Fetch it again; when it stays so, whoever serves it has changed it.",
        LogFault.CheckpointOfAnotherLog => "Give the key of the log that is meant, or read at the log that the key is of.",
        LogFault.CheckpointOfAnotherKey => "Hold the pinned key against the one that the hub's operator gave out (log.pub). When that is the same, this is not the log.",
        LogFault.CheckpointForged => "Keep it and where it came from: somebody has written another text over the log's signature.",
        LogFault.CheckpointSizeDiffers => "Keep the file as it is; the hub writes both together.",
        LogFault.WitnessMissing => "Ask the witness whether it saw this log, and up to which size.",
        LogFault.WitnessForged => "Keep it and show it to the witness.",
        LogFault.RolledBack => "Restore the newest copy. When there is none, begin a new log under another name, and tell agencies and witness: entries that were published are lost.",
        LogFault.Forked => "Keep both checkpoints: they are both signed, and no honest log signs both. Show them to the witness and to every agency.",
        LogFault.EntryMissing or LogFault.EntryChanged or LogFault.LeafHashChanged or LogFault.EntryOrHashChanged or LogFault.EntryTooLarge or LogFault.EntryMalformed
            or LogFault.TileChanged or LogFault.RootDiffers => KeepAndCompare,
        LogFault.TileMalformed => "Fetch or copy the tile again; when it stays so, compare with another copy.",
        LogFault.NodeMissing or LogFault.NodeChanged or LogFault.NodeBeyond => "The entries are whole. Keep the file as it is, and restore the checkpoints' file from a whole copy: hashes can be made again from the entries, checkpoints cannot.",
        LogFault.FileMissing => "Say where it is with --checkpoints, or restore it from the copy made with the log: without it, nobody can show what was published.",
        LogFault.FileDamaged => "Look at the disk first. Keep the file as it is, and restore a whole copy.",
        LogFault.SchemaChanged => "Somebody has opened the file with another tool. Keep it as it is, ask who, and restore a whole copy.",
        LogFault.SchemaNewer => "Check it with the version that wrote it.",
        LogFault.FileOfAnotherLog => "Give the file and the key of the same log.",
        LogFault.ReceiptLog => "Check it against the log that it names.",
        LogFault.ReceiptIndex or LogFault.ReceiptLeafHash or LogFault.ReceiptRequestId => "Hold it against the receipt in the agency's journal. When that is the same, the hub gave out a receipt that its log does not bear out: keep both.",
        LogFault.ReceiptMalformed => "Give LOG:INDEX:LEAFHASH:REQUESTID, the last two in hexadecimal, or a JSON file as the local API answers.",
        LogFault.NotIncluded => "Check the whole log, without --receipt: some tile of it is wrong.",
        LogFault.NotIncludedInTime => "Ask the hub's operator why no checkpoint reaches this entry: the witness may be away. Receipts are proven when one comes.",
        LogFault.CommitmentMismatch or LogFault.HeaderDiffers => "Hold it against the other agency's journal, which has the same bytes when they are those that passed.",
        LogFault.LogUnknown => "Pin the key of that log, as its hub's operator gave it out.",
        LogFault.LogUnreachable => "Look at the hub and the way to it; it is tried again by itself.",
        _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, null),
    };
}
