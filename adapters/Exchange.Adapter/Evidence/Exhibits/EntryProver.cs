using Exchange.Adapter.Journal;
using Exchange.Adapter.Journal.Reading;
using Exchange.Adapter.Journal.Sealing;
using Exchange.Protocol.Transparency;

namespace Exchange.Adapter.Evidence.Exhibits;

/// <summary>What the log says of one entry after the other: by the journal's own proofs, or afresh where its log is shown.</summary>
/// <param name="shown">Null: by the journal alone. Entries of another log than the one shown are proven by the journal too.</param>
sealed class EntryProver(string agency, JournalFile journal, IReadOnlyList<LogPin> pins, LogPlace? shown)
{
    readonly ExhibitMaker maker = new(agency, journal);

    /// <summary>The name of the log that is shown, by its own word; null until it was read.</summary>
    string? origin;

    public async Task<EntryProof> Prove(JournalEntry entry, CancellationToken cancelled)
    {
        if (entry.Fault != SealFault.None)
            return new EntryProof(entry.Fault == SealFault.KeyMissing ? "KEY_MISSING" : "ENTRY_CHANGED", "the entry does not open");
        var exhibit = entry.RequestId.IsEmpty ? null : maker.Make(entry);
        if (entry.Answer.IsEmpty)
            return exhibit is not null || !entry.AnswerCommitment.IsEmpty || entry is AskedEntry { Receipt: not null }
                ? new EntryProof("UNOPENED", "an answer came and was not opened, so there is nothing to hold against its commitment", exhibit)
                : new EntryProof(EntryProof.NoAnswer, "");
        if (exhibit is null)
            return new EntryProof("NO_RECEIPT", "the journal has no receipt of it");
        if (pins.FirstOrDefault(one => one.Key.Name == exhibit.Receipt.Log) is not { } pin)
            return new EntryProof("LOG_UNKNOWN", "this log is not pinned in the configuration", exhibit);
        try
        {
            return await Prove(exhibit, pin, cancelled).ConfigureAwait(false);
        }
        catch (LogTroubleException e)
        {
            // Of this entry alone: a tile may be wrong, and the others are read.
            return new EntryProof(LogFaults.Word(e.Fault), e.Message, exhibit);
        }
    }

    async Task<EntryProof> Prove(Exhibit exhibit, LogPin pin, CancellationToken cancelled)
    {
        var isElsewhere = shown is not null && (origin ??= await Origin(shown, cancelled).ConfigureAwait(false)) != exhibit.Receipt.Log;
        if (shown is not null && !isElsewhere)
            exhibit = await ExhibitMaker.Afresh(exhibit, shown, cancelled).ConfigureAwait(false);
        if (exhibit.Checkpoint.Length == 0)
            return new EntryProof("WAITING", "no checkpoint reaches it so far", exhibit);
        if (ExhibitCheck.Run(exhibit, pin.Key, pin.Witnesses).FirstOrDefault(one => one.IsGood == false) is { } wrong)
            return new EntryProof(LogFaults.Word(wrong.Fault), wrong.Says, exhibit);
        var says = exhibit.Entry is null ? "its entry is in the log" : "question and answer are those that passed";
        return new EntryProof(EntryProof.Proven, isElsewhere ? $"{says}, by the journal: what is shown is '{origin}'" : says, exhibit);
    }

    static async Task<string> Origin(LogPlace shown, CancellationToken cancelled) =>
        SignedNote.TryParse(await shown.Checkpoint(cancelled).ConfigureAwait(false), out var note) && Checkpoint.TryParse(note.Body, out var checkpoint) ? checkpoint.Origin
            : throw new LogTroubleException(LogFault.CheckpointMalformed, $"{shown.Where} shows what is no checkpoint");
}

/// <param name="Word">PROVEN, or why not.</param>
/// <param name="Exhibit">Null when the journal has no receipt.</param>
sealed record EntryProof(string Word, string Says, Exhibit? Exhibit = null)
{
    public const string Proven = "PROVEN", NoAnswer = "NO_ANSWER";

    /// <summary>Nothing was answered, or it is proven what.</summary>
    public bool IsGood => Word is Proven or NoAnswer;
}
