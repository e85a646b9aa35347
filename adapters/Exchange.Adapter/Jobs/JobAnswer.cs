using Agency.V1;
using Exchange.Adapter.Asking;
using Exchange.Adapter.LocalApi;
using Exchange.Adapter.Sources;
using Exchange.Protocol.DataSets;
using Exchange.Protocol.Refusals;
using Exchange.V1;
using Google.Protobuf;
using Freshness = Agency.V1.Freshness;
using Receipt = Agency.V1.Receipt;

namespace Exchange.Adapter.Jobs;

/// <summary>What came of one question, as a comparison of records reads it: a record, or findings that say why there is none.</summary>
public sealed class JobAnswer<TRecord>
    where TRecord : class, IMessage<TRecord>, new()
{
    const long Minute = 60_000;

    /// <param name="asked">As the provider was asked for, such as <c>tax</c>; empty: this agency.</param>
    /// <param name="answers">Whether a record answers what was asked, such as for the year; one that does not is ANSWER_INVALID.</param>
    public JobAnswer(AskOutcome outcome, DataSetContract dataSet, string asked, Func<TRecord, bool>? answers = null)
    {
        var answer = outcome.Refusal is null ? Answers.ToResponse(outcome, dataSet) : null;
        var record = answer?.Status == Agency.V1.Status.Found ? answer.Record.Unpack<TRecord>() : null;
        var isRight = answer is not null && (record is null || answers?.Invoke(record) != false);
        var refusal = outcome.Refusal ?? (isRight ? null : Reasons.Refuse(Reason.AnswerInvalid));
        Provider = outcome.Provider.Length > 0 ? outcome.Provider : asked;
        Refused = refusal?.Reason;
        Candidates = outcome.Candidates;
        Receipts = Told(outcome.Candidates.Count > 0 ? outcome.Candidates.SelectMany(one => one.Receipts) : outcome.Receipts);
        Receipt = outcome.Receipt is { } receipt ? Answers.ToReceipt(receipt) : null;
        if (refusal is null)
        {
            Status = outcome.Status;
            Withheld = [.. answer!.Withheld];
            Freshness = answer.Freshness;
            Record = record;
        }
        Missing = Record is not null ? [] : outcome.Refusal is null && !isRight ? [Findings.Of(refusal!, Provider), .. Unsettled] : WhyNone(refusal);
    }

    /// <param name="own">This agency's own record, of which nothing is withheld from it; null when there is none.</param>
    public JobAnswer(SourceRecord? own)
    {
        Record = (TRecord?)own?.Record;
        Status = own is null ? AnswerStatus.NoRecord : AnswerStatus.Found;
        Freshness = own is null ? null : Answers.ToFreshness(new V1.Freshness { AsOfUnixMs = own.AsOfUnixMs, SourceRevision = own.Revision, NextUpdateUnixMs = own.NextUpdateUnixMs });
        Missing = Record is null ? [Findings.Of("NO_RECORD", "This agency has no such record of the person.")] : [];
    }

    public TRecord? Record { get; }

    /// <summary>Why there is no record, at least one; none with a record.</summary>
    public IReadOnlyList<Finding> Missing { get; }

    /// <summary>
    /// Who came into question and said neither a record nor that there is none, though another has the record: it might
    /// have one too, and another one.
    /// </summary>
    public IEnumerable<Finding> Silent => Record is null ? [] : Unsettled;

    /// <summary>Set when nobody answered.</summary>
    public Reason? Refused { get; }

    /// <summary>Null when nobody answered.</summary>
    public AnswerStatus? Status { get; }

    /// <summary>Names of fields that exist and were not told.</summary>
    public IReadOnlyCollection<string> Withheld { get; } = [];

    /// <summary>The agency that answered, or as it was asked for; empty: this one.</summary>
    public string Provider { get; } = "";

    /// <summary>Where several municipalities came into question: what each of them said.</summary>
    public IReadOnlyList<CandidateOutcome> Candidates { get; } = [];

    public Freshness? Freshness { get; }

    /// <summary>Of the answer; null when there was none, and of this agency's own record.</summary>
    public Receipt? Receipt { get; }

    /// <summary>Of every exchange it came of, whoever came into question; of one that was refused, the request id alone.</summary>
    public IReadOnlyList<Receipt> Receipts { get; } = [];

    /// <summary>Of the answer of one provider; null when it gave none.</summary>
    public Receipt? ReceiptOf(string provider) => Candidates.FirstOrDefault(one => one.Provider == provider) is not { } candidate ? Receipt
        : candidate is { Refusal: null, Receipts: [.., var last] } ? Answers.ToReceipt(last) : null;

    IEnumerable<Finding> Unsettled => Candidates.Where(one => !IsNotFound(one)).Select(FindingOf).OfType<Finding>();

    Finding[] WhyNone(Refusal? refusal)
    {
        Finding[] why = Refused == Reason.RecordsConflict
            ? [.. Candidates.Where(one => !IsNotFound(one)).Select(one => FindingOf(one) ?? Conflict(one.Provider))]
            : [.. Candidates.Select(FindingOf).OfType<Finding>()];
        return why.Length > 0 ? why : [refusal is not null ? Findings.Of(refusal, Provider) : FindingOf(Status!.Value, Provider)!];
    }

    static Receipt[] Told(IEnumerable<V1.Receipt> receipts) => [.. receipts.Select(Answers.ToReceipt)];

    static bool IsNotFound(CandidateOutcome candidate) => candidate is { Refusal: null, Status: AnswerStatus.NotFound or AnswerStatus.NoRecord };

    static Finding? FindingOf(CandidateOutcome candidate) =>
        candidate.Refusal is { } refusal ? Findings.Of(refusal, candidate.Provider) : FindingOf(candidate.Status, candidate.Provider);

    static Finding Conflict(string provider) =>
        Findings.Of(Reasons.Name(Reason.RecordsConflict), "Holds the person, and another provider does too with another record. Ask each by its id and compare.", provider);

    static Finding? FindingOf(AnswerStatus status, string provider) => status switch
    {
        AnswerStatus.Found => null,
        AnswerStatus.NotFound => Findings.Of("NOT_FOUND", "The provider knows nobody by this pseudonym, which does not mean zero. Check whether the right one was asked and whether both have the right number, or ask the person for evidence.", provider),
        AnswerStatus.NoRecord => Findings.Of("NO_RECORD", "The provider knows the person and has no such record. Check whether the right one was asked, or ask the person for evidence.", provider),
        AnswerStatus.Withheld => Findings.Of("WITHHELD", "There is a record, and nothing of it may be told. Ask whoever keeps the policy matrix, or the provider for its allow-list.", provider),
        AnswerStatus.Pending => Findings.Of("PENDING", "The provider has not answered yet. Repeat after the time given.", provider, Minute),
        AnswerStatus.Quarantined => Findings.Of("QUARANTINED", "The provider doubts whose record it is, and tells nothing of it. Ask the provider by letter.", provider),
        _ => Findings.Of(Answers.StatusName(status), "The provider gave no record. Ask the provider by letter.", provider),
    };
}
