using Exchange.Protocol.Identifiers;
using Exchange.Protocol.Pseudonyms;

namespace Exchange.Adapter.Enrolment;

/// <summary>How to enrol.</summary>
public sealed record EnrolmentOptions
{
    public required ulong Epoch { get; init; }

    public IdentifierType Type { get; init; } = IdentifierType.MyNumber;

    /// <summary>Whose number was officially changed; anybody else with another number than before is corrected. Default nobody.</summary>
    public ChangedNumbers Changed { get; init; } = ChangedNumbers.None;

    /// <summary>
    /// Passes over keys that are enrolled and not in <see cref="Changed"/>: quick after an interruption, but blind to
    /// corrected numbers. Default false.
    /// </summary>
    public bool OnlyNew { get; init; }

    /// <summary>People in a batch, 1 to 4,096. Default 4,096.</summary>
    public int BatchSize { get; init; } = BlindedBatch.MaximumPeople;

    /// <summary>How long one batch is repeated while the hub or the authority is away or busy, before the run stops. Default 10 minutes.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Longest wait for the answer to one batch. Default 1 minute.</summary>
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromMinutes(1);
}
