using Agency.V1;
using Exchange.Adapter.Asking;
using Exchange.Protocol.DataSets;
using Exchange.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using LookupResponse = Agency.V1.LookupResponse;

namespace Exchange.Adapter.LocalApi;

/// <summary>An answer as the agency's systems read it.</summary>
public static class Answers
{
    /// <returns>Null when the answer is none of the data set: its record does not parse, its status has no meaning here, or a time is none.</returns>
    public static LookupResponse? ToResponse(AskOutcome outcome, DataSetContract contract)
    {
        if (StatusOf(outcome.Status) is not { } status)
            return null;
        try
        {
            return ToResponse(outcome, status, contract);
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or ArgumentOutOfRangeException or OverflowException)
        {
            return null;
        }
    }

    static LookupResponse ToResponse(AskOutcome outcome, Agency.V1.Status status, DataSetContract contract)
    {
        var response = new LookupResponse
        {
            Status = status,
            Withheld = { outcome.Withheld.Select(number => contract.FieldName(number)).OfType<string>() },
            Freshness = outcome.Freshness is { } freshness ? ToFreshness(freshness) : null,
            Receipt = outcome.Receipt is { } receipt ? ToReceipt(receipt) : null,
            NextPage = outcome.NextPage,
            Provider = outcome.Provider,
            Journey = ToJourney(outcome),
            Candidates = { outcome.Candidates.Select(ToCandidate) },
            IdentityChecked = outcome.IdentityChecked,
            Verdicts = { outcome.Verdicts.Select(one => new Agency.V1.Verdict { Predicate = one.Predicate, Version = one.Version, Truth = (Agency.V1.Truth)one.Truth }) },
        };
        if (status == Agency.V1.Status.Found && outcome.Verdicts.Count == 0)
            response.Record = Any.Pack(contract.Record.Parser.WithDiscardUnknownFields(true).ParseFrom(outcome.Record));
        return response;
    }

    static Agency.V1.Status? StatusOf(AnswerStatus status) => status switch
    {
        AnswerStatus.Found => Agency.V1.Status.Found,
        AnswerStatus.NotFound => Agency.V1.Status.NotFound,
        AnswerStatus.Withheld => Agency.V1.Status.Withheld,
        AnswerStatus.Pending => Agency.V1.Status.Pending,
        AnswerStatus.Quarantined => Agency.V1.Status.Quarantined,
        AnswerStatus.IdentityMismatch => Agency.V1.Status.IdentityMismatch,
        AnswerStatus.NoRecord => Agency.V1.Status.NoRecord,
        _ => null,
    };

    static Candidate ToCandidate(CandidateOutcome candidate) => new()
    {
        Provider = candidate.Provider,
        Outcome = candidate.Refusal is { } refusal ? Protocol.Refusals.Reasons.Name(refusal.Reason) : StatusName(candidate.Status),
        Receipt = candidate is { Refusal: null, Receipts: [.., var last] } ? ToReceipt(last) : null,
        Receipts = { candidate.Receipts.Select(ToReceipt) },
    };

    /// <summary>Such as <c>NOT_FOUND</c>.</summary>
    public static string StatusName(AnswerStatus status) => StatusOf(status) switch
    {
        Agency.V1.Status.Found => "FOUND",
        Agency.V1.Status.NotFound => "NOT_FOUND",
        Agency.V1.Status.Withheld => "WITHHELD",
        Agency.V1.Status.Pending => "PENDING",
        Agency.V1.Status.Quarantined => "QUARANTINED",
        Agency.V1.Status.IdentityMismatch => "IDENTITY_MISMATCH",
        Agency.V1.Status.NoRecord => "NO_RECORD",
        _ => "UNKNOWN",
    };

    public static Agency.V1.Freshness ToFreshness(V1.Freshness freshness) => new()
    {
        AsOf = freshness.AsOfUnixMs == 0 ? null : Time(freshness.AsOfUnixMs),
        SourceRevision = freshness.SourceRevision,
        NextUpdate = freshness.NextUpdateUnixMs == 0 ? null : Time(freshness.NextUpdateUnixMs),
        CachedAge = freshness.CachedAgeMs == 0 ? null : Duration.FromTimeSpan(TimeSpan.FromMilliseconds(freshness.CachedAgeMs)),
    };

    public static Agency.V1.Receipt ToReceipt(V1.Receipt receipt) => new()
    {
        Log = receipt.Log,
        Index = receipt.Index,
        LeafHash = Convert.ToHexStringLower(receipt.LeafHash.Span),
        RequestId = Convert.ToHexStringLower(receipt.RequestId.Span),
    };

    static Journey ToJourney(AskOutcome outcome) => new()
    {
        Kind = outcome.Kind switch { LookupKind.Cold => "COLD", LookupKind.Warm => "WARM", LookupKind.Mail => "MAIL", _ => "" },
        HandleFrom = outcome.HandleFrom,
        Took = Duration.FromTimeSpan(outcome.Took),
        RepeatedBecause = { outcome.RepeatedBecause.Select(Protocol.Refusals.Reasons.Name) },
        TraceId = outcome.TraceId,
    };

    static Timestamp Time(long unixMs) => Timestamp.FromDateTimeOffset(DateTimeOffset.FromUnixTimeMilliseconds(unixMs));
}
