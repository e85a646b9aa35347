namespace Exchange.Protocol.Transparency;

/// <summary>When a note is a checkpoint of a log: signed by its key under its name, and cosigned by those who must have.</summary>
public static class CheckpointRules
{
    /// <returns>None, CheckpointOfAnotherLog, CheckpointOfAnotherKey or CheckpointForged.</returns>
    public static LogFault Signed(SignedNote note, Checkpoint checkpoint, NoteKey log) =>
        checkpoint.Origin != log.Name ? LogFault.CheckpointOfAnotherLog
        : !note.Names(log) ? LogFault.CheckpointOfAnotherKey
        : note.IsSignedBy(log) ? LogFault.None : LogFault.CheckpointForged;

    /// <returns>None, WitnessMissing or WitnessForged.</returns>
    public static LogFault Cosigned(SignedNote note, NoteKey witness, out DateTimeOffset time) =>
        note.IsCosignedBy(witness, out time) ? LogFault.None : note.Names(witness) ? LogFault.WitnessForged : LogFault.WitnessMissing;

    /// <summary>All of it at once; the first thing that is wrong.</summary>
    /// <param name="checkpoint">What it says, also when it is not to be believed; null when it says nothing.</param>
    public static LogFault Judge(string text, NoteKey log, IReadOnlyList<NoteKey> witnesses, out Checkpoint? checkpoint)
    {
        checkpoint = null;
        if (!SignedNote.TryParse(text, out var note) || !Checkpoint.TryParse(note.Body, out checkpoint))
            return LogFault.CheckpointMalformed;
        var fault = Signed(note, checkpoint, log);
        foreach (var witness in witnesses)
            fault = fault == LogFault.None ? Cosigned(note, witness, out _) : fault;
        return fault;
    }
}
