using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Adapter.Asking;

/// <summary>What came of a question: an opened answer, or a refusal and nothing else.</summary>
public sealed record AskOutcome
{
    /// <summary>Set when there is no answer.</summary>
    public Refusal? Refusal { get; init; }

    /// <summary>It is refused by what a sealed answer said: the hub saw an answer like any other, and so must whoever reads telemetry.</summary>
    public bool IsRefusedSealed { get; init; }

    /// <summary>FOUND, NOT_FOUND, NO_RECORD, WITHHELD, PENDING, QUARANTINED or IDENTITY_MISMATCH; the others are dealt with before this point.</summary>
    public AnswerStatus Status { get; init; }

    /// <summary>The agency that answered; of a refusal, the one that was asked or meant by a residence, or empty.</summary>
    public string Provider { get; init; } = "";

    /// <summary>The serialised record message with the granted fields; empty unless found.</summary>
    public ByteString Record { get; init; } = ByteString.Empty;

    /// <summary>Of each predicate that was asked for; none unless found.</summary>
    public IReadOnlyList<Verdict> Verdicts { get; init; } = [];

    /// <summary>Who was meant fits the provider's record of the person.</summary>
    public bool IdentityChecked { get; init; }

    /// <summary>Numbers of fields that exist and were not granted.</summary>
    public IReadOnlyList<uint> Withheld { get; init; } = [];

    public V1.Freshness? Freshness { get; init; }

    public ByteString NextPage { get; init; } = ByteString.Empty;

    /// <summary>
    /// Of every exchange it came of, in order, earlier tries and pages included. Of one that was refused or failed the
    /// hub tells the request id alone.
    /// </summary>
    public IReadOnlyList<Receipt> Receipts { get; init; } = [];

    /// <summary>Of the answer; null of a refusal and where nothing was exchanged.</summary>
    public Receipt? Receipt => Refusal is null && Receipts.Count > 0 ? Receipts[^1] : null;

    public LookupKind Kind { get; init; }

    /// <summary>Where the handle of a WARM lookup came from: "memory", "redis" or empty.</summary>
    public string HandleFrom { get; init; } = "";

    public TimeSpan Took { get; init; }

    /// <summary>Why it was repeated by itself, in order.</summary>
    public IReadOnlyList<Reason> RepeatedBecause { get; init; } = [];

    /// <summary>Hexadecimal; empty when nobody listens to spans.</summary>
    public string TraceId { get; init; } = "";

    /// <summary>Where several providers were asked: what each of them said.</summary>
    public IReadOnlyList<CandidateOutcome> Candidates { get; init; } = [];

    public static AskOutcome Refused(Refusal refusal) => new() { Refusal = refusal };
}

/// <param name="Status">Meaningless with a refusal.</param>
/// <param name="Receipts">As of <see cref="AskOutcome.Receipts"/>.</param>
public sealed record CandidateOutcome(string Provider, Refusal? Refusal, AnswerStatus Status, IReadOnlyList<Receipt> Receipts);
