using Agency.V1;
using Exchange.Adapter.Asking;
using Exchange.Adapter.LocalApi;
using Exchange.Protocol.DataSets;
using Exchange.Protocol.Refusals;
using Exchange.V1;
using Google.Protobuf;
using LookupResponse = Agency.V1.LookupResponse;

namespace Exchange.Municipality.Eligibility;

/// <summary>One figure that was asked for, and the answer as the local API would give it.</summary>
/// <param name="Person">This agency's own key.</param>
/// <param name="Name">Of the figure, such as <c>total income</c>.</param>
/// <param name="Of">As the provider was asked for.</param>
sealed record Asked(string Person, string Name, DataSetContract DataSet, string Of, AskOutcome Outcome)
{
    static readonly TimeSpan aDay = TimeSpan.FromDays(1), aMinute = TimeSpan.FromMinutes(1);

    /// <summary>Null of a refusal, and of an answer that is none of the data set.</summary>
    readonly LookupResponse? answer = Outcome.Refusal is null ? Answers.ToResponse(Outcome, DataSet) : null;

    public string Provider => Outcome.Provider.Length > 0 ? Outcome.Provider : Of;

    /// <summary>The provider was asked, looked, and has no such record.</summary>
    public bool IsNotFound => answer?.Status == Agency.V1.Status.NotFound;

    /// <returns>Null when there is no record, for the reason given.</returns>
    public TRecord? Read<TRecord>(out MissingFact? missing)
        where TRecord : class, IMessage<TRecord>, new()
    {
        missing = Outcome.Refusal is { } refusal
            ? Missing(Reasons.Name(refusal.Reason), $"{refusal.Message} {refusal.Remedy}", TimeSpan.FromMilliseconds(refusal.RetryAfterMs))
            : answer is null ? Invalid() : answer.Status switch
            {
                Agency.V1.Status.Found => null,
                Agency.V1.Status.NotFound => Missing("NOT_FOUND", "The provider has no such record of the person, which does not mean zero. Ask the person for evidence."),
                Agency.V1.Status.Withheld => Missing("WITHHELD", "The provider has a record and may tell nothing of it. Ask whoever keeps the policy matrix, or the provider for its allow-list."),
                Agency.V1.Status.Pending => Missing("PENDING", "The provider has not answered yet. Repeat after the time given.", aMinute),
                Agency.V1.Status.Quarantined => Missing("QUARANTINED", "The provider doubts whose record it is, and tells nothing of it. Ask the provider by letter."),
                _ => Missing(Answers.StatusName(Outcome.Status), "The provider gave no record. Ask the provider by letter."),
            };
        return missing is null ? answer!.Record.Unpack<TRecord>() : null;
    }

    public Fact Known(string value) => new()
    {
        Person = Person,
        Name = Name,
        DataSet = DataSet.Id,
        Provider = Provider,
        Value = value,
        Freshness = answer?.Freshness,
        Receipt = ReceiptOfAnswer(),
    };

    public MissingFact Missing(string reason, string message, TimeSpan retryAfter = default) => new()
    {
        Person = Person,
        Name = Name,
        DataSet = DataSet.Id,
        Provider = Provider,
        Reason = reason,
        Message = message,
        RetryAfterMs = (long)retryAfter.TotalMilliseconds,
        Receipt = ReceiptOfAnswer(),
    };

    /// <summary>A field that is needed has no value: the law does not grant it, or the provider does not know it.</summary>
    public MissingFact WithoutField(string field) => answer!.Withheld.Contains(field)
        ? Missing("WITHHELD", $"The provider has '{field}' and may not tell it. Ask whoever keeps the policy matrix, or the provider for its allow-list.")
        : Missing("NOT_KNOWN", $"The provider's record does not tell '{field}', which does not mean zero. Ask the provider, or the person for evidence.");

    public MissingFact Undeclared() => Missing("UNDECLARED", "No return was filed, so nothing is known of the income. Ask the person to file one.");

    public MissingFact NotYetAssessed() => Missing("NOT_YET_ASSESSED", "The year is not assessed yet. Repeat when it is.", aDay);

    /// <summary>Nothing is decided by a record that cannot be right.</summary>
    public MissingFact Invalid(string? message = null)
    {
        var refusal = Reasons.Refuse(Reason.AnswerInvalid, message);
        return Missing(Reasons.Name(refusal.Reason), $"{refusal.Message} {refusal.Remedy}");
    }

    Agency.V1.Receipt? ReceiptOfAnswer() => Outcome.Receipt is { } receipt ? Answers.ToReceipt(receipt) : null;

    /// <summary>Says nothing about the person.</summary>
    public override string ToString() => nameof(Asked);
}
