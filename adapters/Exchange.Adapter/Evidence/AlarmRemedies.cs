using Exchange.Protocol.Transparency;

namespace Exchange.Adapter.Evidence;

/// <summary>What an agency does that hears an alarm.</summary>
static class AlarmRemedies
{
    const string AskTheHub = "Ask the hub's operator. Lookups go on, and their receipts are proven when the log shows what it should.";

    public static string Of(LogFault fault) => fault switch
    {
        LogFault.Forked => "Both checkpoints are signed, and no honest log signs both: they are in this journal. Show them to the witness, the other agencies and the auditor; then audit acknowledge.",
        LogFault.RolledBack => "Entries that were published are gone, or an older checkpoint is shown: both notes are in this journal. Ask the hub's operator and the witness; then audit acknowledge.",
        LogFault.NotIncluded => "The hub has broken its promise: the receipt and the checkpoint are in this journal. Compare with the other agency's journal and show both to the auditor; then audit acknowledge.",
        LogFault.ReceiptMalformed => "The journal has that answer without a receipt. Look for it in the hub's log by time and parties, and ask the hub's operator; then audit acknowledge.",
        LogFault.CheckpointOfAnotherKey => "Hold the pinned key against the one that the hub's operator gave out (log.pub). A log has one key for good.",
        LogFault.LogUnknown => "Pin the key of that log under 'logs' in adapter.yaml, as its hub's operator gave it out, and start again.",
        LogFault.LogUnreachable => "Look at the hub and the way to it. It is tried again by itself.",
        LogFault.WitnessMissing => "Hold the pinned witness against the one that the hub names, and ask the witness whether it saw this log.",
        LogFault.NotIncludedInTime => "The witness may be away, or the hub withholds. Ask its operator; receipts are proven when a checkpoint reaches them.",
        _ => AskTheHub,
    };
}
