using Exchange.Protocol.Transparency;

namespace Exchange.Gateway.Audit.Checks;

/// <summary>Whether a checkpoint is this log's, signed by it and cosigned by those who must have.</summary>
static class CheckpointCheck
{
    public const string Name = "checkpoint", Witness = "witness";

    /// <returns>What it says, also when it is not to be believed, so that the rest can be held against it; null when it says nothing.</returns>
    public static Checkpoint? Run(string? note, NoteKey key, IReadOnlyList<NoteKey> witnesses, Findings findings, string name = Name)
    {
        if (note is null)
        {
            findings.Bad(name, LogFault.CheckpointMissing, name, "there is no checkpoint");
            return null;
        }
        if (!SignedNote.TryParse(note, out var signed) || !Checkpoint.TryParse(signed.Body, out var checkpoint))
        {
            findings.Bad(name, LogFault.CheckpointMalformed, name, "this is no checkpoint: a name, a size, a root, an empty line and signatures");
            return null;
        }
        var fault = CheckpointRules.Signed(signed, checkpoint, key);
        if (fault == LogFault.None)
            findings.Good(name, $"{key.Name} has signed for {checkpoint.Size} entries with root {Convert.ToBase64String(checkpoint.Root)}");
        else
            findings.Bad(name, fault, name, fault switch
            {
                LogFault.CheckpointOfAnotherLog => $"this is a checkpoint of '{checkpoint.Origin}', and the key is of '{key.Name}'",
                LogFault.CheckpointOfAnotherKey => $"this checkpoint over {checkpoint.Size} entries is not signed by {key}",
                _ => $"this checkpoint over {checkpoint.Size} entries bears a signature of '{key.Name}' that is of another text",
            });
        foreach (var witness in witnesses)
            Cosigned(signed, witness, findings);
        return checkpoint;
    }

    static void Cosigned(SignedNote signed, NoteKey witness, Findings findings)
    {
        var fault = CheckpointRules.Cosigned(signed, witness, out var time);
        if (fault == LogFault.None)
            findings.Good(Witness, $"{witness.Name} has cosigned it at {time:yyyy-MM-dd HH:mm:ss}Z");
        else
            findings.Bad(Witness, fault, witness.Name, fault == LogFault.WitnessForged ? $"it bears a cosignature of '{witness.Name}' that is of another text" : $"'{witness.Name}' has not cosigned it");
    }
}
