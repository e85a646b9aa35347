using System.Text.RegularExpressions;

namespace Exchange.Protocol.Transparency;

/// <summary>What can be wrong with a log, or with what is said of one. Told by name: ENTRY_CHANGED.</summary>
public enum LogFault
{
    None,

    /// <summary>There is no checkpoint.</summary>
    CheckpointMissing,

    /// <summary>It is not in the form of a checkpoint.</summary>
    CheckpointMalformed,

    /// <summary>It is of another log: its first line is another name.</summary>
    CheckpointOfAnotherLog,

    /// <summary>None of its signatures is by the log's key.</summary>
    CheckpointOfAnotherKey,

    /// <summary>A signature says it is by the log's key and is not over this text.</summary>
    CheckpointForged,

    /// <summary>A row says it is of another size than the checkpoint in it.</summary>
    CheckpointSizeDiffers,

    /// <summary>A witness that must have cosigned has not.</summary>
    WitnessMissing,

    /// <summary>A cosignature says it is by the witness and is not over this checkpoint.</summary>
    WitnessForged,

    /// <summary>The log has fewer entries than were published.</summary>
    RolledBack,

    /// <summary>The log does not go on with the checkpoint that was kept.</summary>
    Forked,

    EntryMissing,

    /// <summary>The leaf hash fits the tree, the entry does not.</summary>
    EntryChanged,

    /// <summary>The entry fits the tree, the leaf hash does not.</summary>
    LeafHashChanged,

    /// <summary>Entry and leaf hash do not fit each other; which is right is not known here.</summary>
    EntryOrHashChanged,

    /// <summary>It is longer than a bundle can say.</summary>
    EntryTooLarge,

    /// <summary>It is not an audit entry.</summary>
    EntryMalformed,

    /// <summary>Something among the entries of a tile was changed together with its leaf hash.</summary>
    TileChanged,

    /// <summary>A tile is not there, or not in its form.</summary>
    TileMalformed,

    NodeMissing,

    /// <summary>A hash above the leaves is not that of what lies beneath it, which fits the root.</summary>
    NodeChanged,

    /// <summary>A hash above the leaves of entries that are not there.</summary>
    NodeBeyond,

    /// <summary>The entries make another root than the checkpoint says.</summary>
    RootDiffers,

    /// <summary>One of the two files is not there.</summary>
    FileMissing,

    /// <summary>SQLite finds the file damaged.</summary>
    FileDamaged,

    /// <summary>Tables or the triggers that guard them are not those that the hub makes.</summary>
    SchemaChanged,

    /// <summary>A newer version of this program wrote the file.</summary>
    SchemaNewer,

    /// <summary>The file says it is of another log, or its checkpoints of another key.</summary>
    FileOfAnotherLog,

    /// <summary>The receipt is of another log.</summary>
    ReceiptLog,

    /// <summary>The number of the receipt is not its entry's.</summary>
    ReceiptIndex,

    /// <summary>The leaf hash of the receipt is not its entry's.</summary>
    ReceiptLeafHash,

    /// <summary>The request id of the receipt is not its entry's.</summary>
    ReceiptRequestId,

    /// <summary>It is no receipt.</summary>
    ReceiptMalformed,

    /// <summary>The tree does not lead from the receipt's entry to the root.</summary>
    NotIncluded,

    /// <summary>It should have been under a checkpoint by now, and is not.</summary>
    NotIncludedInTime,

    /// <summary>A question or an answer is not the one that the entry has the commitment of.</summary>
    CommitmentMismatch,

    /// <summary>The entry names other parties, another task or data set than the header of what was exchanged, or no answer.</summary>
    HeaderDiffers,

    /// <summary>A receipt names a log of which no key is pinned.</summary>
    LogUnknown,

    /// <summary>Nothing of the log can be read.</summary>
    LogUnreachable,
}

/// <summary>The words that logs, reports and alarms use.</summary>
public static partial class LogFaults
{
    /// <summary>Such as ENTRY_CHANGED; empty for none.</summary>
    public static string Word(LogFault fault) => fault == LogFault.None ? "" : Spell(fault.ToString());

    public static string Spell(string name) => Capital().Replace(name, "_$0").ToUpperInvariant();

    [GeneratedRegex("(?<!^)[A-Z]")]
    private static partial Regex Capital();
}
