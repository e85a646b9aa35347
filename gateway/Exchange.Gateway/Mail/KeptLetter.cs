using Exchange.Protocol.Lookups;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Gateway.Mail;

/// <summary>How far a letter is.</summary>
public enum LetterState
{
    Waits = 1,

    /// <summary>How it ended is kept; whether the log has it is not known.</summary>
    Unlogged = 2,

    Settled = 3,
}

/// <summary>A letter as the hub's store has it.</summary>
public sealed record KeptLetter
{
    public required ByteString RequestId { get; init; }

    public required string Requester { get; init; }

    public required string Provider { get; init; }

    public LetterState State { get; init; } = LetterState.Waits;

    public required DateTimeOffset Submitted { get; init; }

    public required DateTimeOffset Expires { get; init; }

    /// <summary>Once settled, header and commitment alone.</summary>
    public required Letter Letter { get; init; }

    /// <summary>How often it was lent since its provider last said anything of it.</summary>
    public int Lent { get; init; }

    /// <summary>Of when it was first lent, which what is told rests on; null before.</summary>
    public Grant? Grant { get; init; }

    /// <summary>Unspecified while it waits.</summary>
    public AuditOutcome Outcome { get; init; }

    public Reason Reason { get; init; }

    public AnswerLetter? Answer { get; init; }

    /// <summary>The log's size before the entry was added.</summary>
    public long LogFrom { get; init; }

    public Receipt? Receipt { get; init; }

    public Header Header => Headers.TryParse(Letter.Question.Header, out var header, out _) ? header : throw new InvalidOperationException("A letter's header was changed in the store.");

    /// <summary>The same question, by what both parties are committed to.</summary>
    public bool IsOf(Letter other) => Letter.Question.Header == other.Question.Header && Letter.Question.Commitment == other.Question.Commitment;

    /// <summary>Without X and what is sealed: nobody needs them once it is settled.</summary>
    public KeptLetter Settle(AuditOutcome outcome, Reason reason, AnswerLetter? answer, long logFrom) => this with
    {
        State = LetterState.Unlogged,
        Letter = new Letter { Question = new SealedQuestion { Header = Letter.Question.Header, Commitment = Letter.Question.Commitment } },
        Outcome = outcome,
        Reason = reason,
        Answer = answer,
        LogFrom = logFrom,
    };
}
