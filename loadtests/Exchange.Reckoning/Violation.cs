namespace Exchange.Reckoning;

/// <summary>What must never be found when the journals are held against the hub's log.</summary>
public enum Breach
{
    /// <summary>A number is missing, or an entry is not what its leaf hash says.</summary>
    LogBroken,

    /// <summary>Two entries name the same request.</summary>
    LookupLoggedTwice,

    /// <summary>An agency has an answer whose receipt does not lead to an entry that says so.</summary>
    AnswerWithoutEntry,

    /// <summary>An agency was refused under a request id, and the log has no entry that says so.</summary>
    RefusalWithoutEntry,

    /// <summary>An agency has two answers of one request.</summary>
    AnsweredTwice,

    /// <summary>A session and sequence stand in two questions.</summary>
    SequenceUsedTwice,

    /// <summary>The log has an answer that the provider's journal has not.</summary>
    AnswerUnknownToProvider,

    /// <summary>The log or a provider's journal has a lookup that its requester's journal has not.</summary>
    UnknownToRequester,

    /// <summary>Requester and provider hold different messages of one request.</summary>
    JournalsDiffer,

    /// <summary>A commitment was not made of the header and message beside it.</summary>
    CommitmentWrong,

    /// <summary>The answer is about somebody else than was asked about.</summary>
    CrossDelivered,
}

/// <param name="Request">The request id in hexadecimal, or where else to look.</param>
public sealed record Violation(Breach Breach, string Request);
