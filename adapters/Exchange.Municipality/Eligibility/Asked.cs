using Agency.V1;
using Exchange.Adapter.Jobs;
using Exchange.Protocol.DataSets;
using Exchange.Protocol.Refusals;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Municipality.Eligibility;

/// <summary>One figure that was asked for, and what came of it.</summary>
/// <param name="Person">This agency's own key.</param>
/// <param name="Name">Of the figure, such as <c>total income</c>.</param>
/// <param name="Of">As the provider was asked for; of an own record, this agency.</param>
sealed record Asked<TRecord>(string Person, string Name, DataSetContract DataSet, string Of, JobAnswer<TRecord> Answer)
    where TRecord : class, IMessage<TRecord>, new()
{
    const long Day = 86_400_000;

    /// <summary>Whoever was asked knows the person, and has no such record.</summary>
    public bool HasNoRecord => Answer.Status == AnswerStatus.NoRecord;

    /// <returns>
    /// Null when there is no record to decide by, for the reasons given: there is none, or another municipality came into
    /// question that was silent and might have another.
    /// </returns>
    public TRecord? Read(out IReadOnlyList<MissingFact> missing)
    {
        missing = [.. Answer.Missing.Concat(Answer.Silent).Select(Missing)];
        return missing.Count == 0 ? Answer.Record : null;
    }

    public Fact Known(string value) => new()
    {
        Person = Person,
        Name = Name,
        DataSet = DataSet.Id,
        Provider = Provider,
        Value = value,
        Freshness = Answer.Freshness,
        Receipt = Answer.Receipt,
        Receipts = { Answer.Receipts },
    };

    /// <summary>A field that is needed has no value: the law does not grant it, or the provider does not know it.</summary>
    public MissingFact WithoutField(string field) => Missing(Answer.Withheld.Contains(field)
        ? Findings.Of("WITHHELD", $"The provider has '{field}' and may not tell it. Ask whoever keeps the policy matrix, or the provider for its allow-list.")
        : Findings.Of("NOT_KNOWN", $"The provider's record does not tell '{field}', which does not mean zero. Ask the provider, or the person for evidence."));

    public MissingFact Undeclared() =>
        Missing(Findings.Of("UNDECLARED", "No return was filed, so nothing is known of the income. Ask the person to file one."));

    public MissingFact NotYetAssessed() =>
        Missing(Findings.Of("NOT_YET_ASSESSED", "The year is not assessed yet. Repeat when it is.", retryAfterMs: Day));

    /// <summary>Nothing is decided by a record that cannot be right.</summary>
    public MissingFact Invalid(string message) => Missing(Findings.Of(Reasons.Refuse(Reason.AnswerInvalid, message), Provider));

    string Provider => Answer.Provider.Length > 0 ? Answer.Provider : Of;

    MissingFact Missing(Finding finding)
    {
        var provider = finding.Provider.Length > 0 ? finding.Provider : Provider;
        return new MissingFact
        {
            Person = Person,
            Name = Name,
            DataSet = DataSet.Id,
            Provider = provider,
            Reason = finding.Code,
            Message = finding.Message,
            RetryAfterMs = finding.RetryAfterMs,
            Receipt = Answer.ReceiptOf(provider),
            Receipts = { Answer.Receipts },
        };
    }

    /// <summary>Says nothing about the person.</summary>
    public override string ToString() => "Asked";
}
