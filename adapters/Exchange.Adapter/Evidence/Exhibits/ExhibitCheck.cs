using System.Globalization;
using Exchange.Protocol.Lookups;
using Exchange.Protocol.Transparency;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Adapter.Evidence.Exhibits;

/// <summary>
/// Whether an exhibit proves what it shows, by public keys alone: a checkpoint is signed (1) and cosigned (2), an entry is under it (3), which is this
/// one (4), of these parties (5), with the commitments of this very question (6) and answer (7).
/// </summary>
static class ExhibitCheck
{
    public static IReadOnlyList<Finding> Run(Exhibit exhibit, NoteKey log, IReadOnlyList<NoteKey> witnesses)
    {
        var findings = new List<Finding>();
        Signed(exhibit, log, witnesses, findings);
        var entry = Entry(exhibit, findings);
        Parties(exhibit, entry, findings);
        Message(exhibit, "question", exhibit.Question, exhibit.QuestionCommitment, entry?.QuestionCommitment, findings);
        Message(exhibit, "answer", exhibit.Answer, exhibit.AnswerCommitment, entry?.AnswerCommitment, findings);
        return findings;
    }

    static void Signed(Exhibit exhibit, NoteKey log, IReadOnlyList<NoteKey> witnesses, List<Finding> findings)
    {
        // 1 and 2.
        var fault = CheckpointRules.Judge(exhibit.Checkpoint, log, [], out var checkpoint);
        findings.Add(fault == LogFault.None
            ? Good("checkpoint", string.Create(CultureInfo.InvariantCulture, $"{log.Name} has signed for {checkpoint!.Size} entries"))
            : Bad("checkpoint", fault, $"this is no checkpoint that the key of '{log.Name}' has signed"));
        foreach (var witness in witnesses)
            findings.Add(Cosigned(exhibit, witness));

        // 3.
        var receipt = exhibit.Receipt;
        if (checkpoint is null)
            findings.Add(Unchecked("inclusion", "there is no checkpoint to hold it against"));
        else if (receipt.Log != checkpoint.Origin)
            findings.Add(Bad("inclusion", LogFault.ReceiptLog, $"the receipt is of the log '{receipt.Log}', and the checkpoint of '{checkpoint.Origin}'"));
        else
            findings.Add(TreeProof.Includes(checkpoint.Size, checkpoint.Root, receipt.Index, receipt.LeafHash, exhibit.Path)
                ? Good("inclusion", string.Create(CultureInfo.InvariantCulture, $"entry {receipt.Index} is one of them"))
                : Bad("inclusion", LogFault.NotIncluded, string.Create(CultureInfo.InvariantCulture, $"the path does not lead from entry {receipt.Index} to the root of the checkpoint")));
    }

    static Finding Cosigned(Exhibit exhibit, NoteKey witness)
    {
        if (!SignedNote.TryParse(exhibit.Checkpoint, out var note))
            return Unchecked("witness", "there is no checkpoint to have cosigned");
        var fault = CheckpointRules.Cosigned(note, witness, out var time);
        return fault == LogFault.None
            ? Good("witness", $"{witness.Name} has cosigned it at {time:yyyy-MM-dd HH:mm:ss}Z")
            : Bad("witness", fault, $"'{witness.Name}' has not cosigned this checkpoint");
    }

    /// <returns>What the entry says; null when it is not there or not the one of the receipt.</returns>
    static LookupEvent? Entry(Exhibit exhibit, List<Finding> findings)
    {
        // 4. The bytes that were hashed.
        if (exhibit.Entry is null)
        {
            findings.Add(Unchecked("entry", "the entry itself is not in this exhibit, so nothing ties the commitments to the log; prove it again with --log at the hub's own address"));
            return null;
        }
        if (!TreeHash.Leaf(exhibit.Entry).AsSpan().SequenceEqual(exhibit.Receipt.LeafHash))
        {
            findings.Add(Bad("entry", LogFault.EntryChanged, "the entry is not the one that the receipt has the hash of"));
            return null;
        }
        if (Parse(exhibit.Entry) is not { } lookup)
        {
            findings.Add(Bad("entry", LogFault.EntryMalformed, "the entry is not that of a lookup"));
            return null;
        }
        findings.Add(lookup.RequestId.Span.SequenceEqual(exhibit.Receipt.RequestId)
            ? Good("entry", $"it is the entry of request {Convert.ToHexStringLower(exhibit.Receipt.RequestId)}")
            : Bad("entry", LogFault.ReceiptRequestId, "the entry is of another request"));
        return lookup;
    }

    /// <param name="lookup">Null when no entry says it.</param>
    static void Parties(Exhibit exhibit, LookupEvent? lookup, List<Finding> findings)
    {
        // 5. Who, whom, what for: the header is under both commitments. Whose journal it is out of is one of the two.
        if (!Headers.TryParse(ByteString.CopyFrom(exhibit.Header), out var header, out _)
            || exhibit.Agency != (exhibit.Role switch { "requester" => header.Requester, "provider" => header.Provider, _ => null }))
            findings.Add(Bad("parties", LogFault.HeaderDiffers, $"the header does not name '{exhibit.Agency}' as the {exhibit.Role}"));
        else if (lookup is not null)
            findings.Add(lookup.Outcome == AuditOutcome.Answered && (header.Requester, header.Provider, header.Task, header.DataSet) == (lookup.Requester, lookup.Provider, lookup.Task, lookup.DataSet)
                ? Good("parties", $"{lookup.Requester} asked {lookup.Provider} for {lookup.DataSet} in the task {lookup.Task}, and was answered")
                : Bad("parties", LogFault.HeaderDiffers, "the entry does not say that these parties exchanged an answer of this data set in this task"));
    }

    /// <param name="logged">Null when no entry says it.</param>
    static void Message(Exhibit exhibit, string name, byte[] message, byte[] commitment, ByteString? logged, List<Finding> findings)
    {
        // 6 and 7.
        if (!MessageCommitment.Fits(commitment, exhibit.Header, message))
            findings.Add(Bad(name, LogFault.CommitmentMismatch, $"the {name} is not the one that its commitment is of"));
        else if (logged is null)
            findings.Add(Unchecked(name, $"the {name} has the commitment that is said here; whether the log has the same is not shown"));
        else
            findings.Add(logged.Span.SequenceEqual(commitment)
                ? Good(name, $"this is the {name} that passed: the entry has its commitment")
                : Bad(name, LogFault.CommitmentMismatch, $"the entry has the commitment of another {name}"));
    }

    static LookupEvent? Parse(byte[] entry)
    {
        try
        {
            return AuditEntry.Parser.ParseFrom(entry).Lookup;
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    static Finding Good(string name, string says) => new(name, true, LogFault.None, says);

    static Finding Bad(string name, LogFault fault, string says) => new(name, false, fault, says);

    static Finding Unchecked(string name, string why) => new(name, null, LogFault.None, why);
}
