using Exchange.Adapter.Journal.Sealing;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Adapter.Journal;

/// <summary>One exchange as this agency saw it. Header, question and answer are the bytes the commitments were made of, so that it can be opened later.</summary>
public abstract record JournalEntry : JournalItem
{
    /// <summary>Rises with each entry of a table; 0 until written.</summary>
    public long Id { get; init; }

    public long TimeUnixMs { get; init; }

    /// <summary>16 bytes; empty when the hub never saw it.</summary>
    public ByteString RequestId { get; init; } = ByteString.Empty;

    /// <summary>The other agency: the provider of what was asked, the requester of what was answered.</summary>
    public string Counterpart { get; init; } = "";

    public string Task { get; init; } = "";

    public string DataSet { get; init; } = "";

    public LookupKind Kind { get; init; }

    public string Official { get; init; } = "";

    public string CaseId { get; init; } = "";

    /// <summary>This agency's own key of the person; empty when nobody was found.</summary>
    public string Person { get; init; } = "";

    /// <summary>Field numbers released. Known to the agency that answers.</summary>
    public IReadOnlyList<uint> Granted { get; init; } = [];

    public IReadOnlyList<uint> Withheld { get; init; } = [];

    /// <summary>By which law the hub granted it. Known to the agency that answers; empty of entries from before it was kept.</summary>
    public string LegalBasis { get; init; } = "";

    /// <summary>Unspecified when there was no answer.</summary>
    public AnswerStatus Status { get; init; }

    /// <summary>Why there was no answer.</summary>
    public Reason Reason { get; init; }

    /// <summary>When the source last confirmed the record; 0 when there is none.</summary>
    public long AsOfUnixMs { get; init; }

    public ByteString Header { get; init; } = ByteString.Empty;

    public ByteString Question { get; init; } = ByteString.Empty;

    public ByteString QuestionCommitment { get; init; } = ByteString.Empty;

    public ByteString Answer { get; init; } = ByteString.Empty;

    public ByteString AnswerCommitment { get; init; } = ByteString.Empty;

    /// <summary>Why what is sealed could not be opened; then it is empty here, and the rest is as it stands in the row.</summary>
    internal SealFault Fault { get; init; }

    /// <summary>Says nothing about the person, unlike the fields.</summary>
    public sealed override string ToString() => $"{GetType().Name} {Convert.ToHexStringLower(RequestId.Span)}";

    internal override int Size => 256 + Header.Length + Question.Length + Answer.Length + RequestId.Length + QuestionCommitment.Length + AnswerCommitment.Length
        + 2 * (Counterpart.Length + Task.Length + DataSet.Length + Official.Length + CaseId.Length + Person.Length + LegalBasis.Length);
}

/// <summary>A question of this agency and what came back.</summary>
public sealed record AskedEntry : JournalEntry
{
    /// <summary>Where it stands in the hub's log; null when the hub gave none.</summary>
    public Receipt? Receipt { get; init; }

    // Twice: in the row, and among the receipts.
    internal override int Size => base.Size + 2 * (Receipt?.CalculateSize() ?? 0);
}

/// <summary>A question of another agency and what this one answered.</summary>
public sealed record AnsweredEntry : JournalEntry;
