using System.Text;
using Exchange.Gateway.Limits;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Gateway.Audit.Telling;

/// <summary>Which entries are meant; what is null is not asked for. Only the entries whose event has what is asked for can be meant.</summary>
sealed record EntryFilter
{
    /// <summary>16 bytes; of a notice its own id.</summary>
    public byte[]? RequestId { get; init; }

    /// <summary>An enrolment and an admission are by their agency; a notice is to one that asked.</summary>
    public string? Requester { get; init; }

    /// <summary>A node's key is its agency's; a notice is by one that provides.</summary>
    public string? Provider { get; init; }

    public string? Task { get; init; }

    public string? DataSet { get; init; }

    public AuditOutcome? Outcome { get; init; }

    public Reason? Reason { get; init; }

    /// <summary>Milliseconds since 1970, included; and the first that is not.</summary>
    public long From { get; init; } = long.MinValue;

    public long Until { get; init; } = long.MaxValue;

    /// <summary>
    /// Whether an entry may be meant, by its bytes alone: names and ids stand in them as they are. Nearly all of a long log is
    /// passed over without being read any further.
    /// </summary>
    public Func<byte[], bool> ByBytes()
    {
        byte[][] wanted = [.. new[] { RequestId }.Concat(new[] { Requester, Provider, Task, DataSet }.Select(text => text is null ? null : Encoding.UTF8.GetBytes(text))).OfType<byte[]>()];
        return content => Array.TrueForAll(wanted, bytes => content.AsSpan().IndexOf(bytes) >= 0);
    }

    /// <summary>Why those were refused that were only counted: their quota, or, beyond a rate, whatever reason.</summary>
    public static Reason ReasonOf(ThrottleEvent counted) => counted.DataSet == QuotaKey.Refusals ? V1.Reason.Unspecified : V1.Reason.QuotaExceeded;

    public bool Means(AuditEntry entry) => entry.TimeUnixMs >= From && entry.TimeUnixMs < Until && MeansEvent(entry);

    bool MeansEvent(AuditEntry entry) => entry.EventCase switch
    {
        AuditEntry.EventOneofCase.Lookup => Means(entry.Lookup.RequestId, entry.Lookup.Requester, entry.Lookup.Provider, entry.Lookup.Task, entry.Lookup.DataSet, entry.Lookup.Outcome, entry.Lookup.Reason),
        AuditEntry.EventOneofCase.Session => Means(null, entry.Session.Requester, entry.Session.Provider, null, null, entry.Session.Outcome, entry.Session.Reason),
        AuditEntry.EventOneofCase.Enrolment => Means(null, entry.Enrolment.Agency, null, null, null, entry.Enrolment.Outcome, entry.Enrolment.Reason),
        AuditEntry.EventOneofCase.Throttle => Means(null, entry.Throttle.Requester, null, null, entry.Throttle.DataSet, AuditOutcome.Refused, ReasonOf(entry.Throttle)),
        AuditEntry.EventOneofCase.Admission => Means(null, entry.Admission.Agency, null, null, null, null, null),
        AuditEntry.EventOneofCase.Notice => Means(entry.Notice.NoticeId, entry.Notice.Recipient, entry.Notice.Sender, null, entry.Notice.DataSet, entry.Notice.Outcome, entry.Notice.Reason),
        AuditEntry.EventOneofCase.Bundle => Means(null, null, entry.Bundle.Agency, null, null, null, null),
        _ => Means(null, null, null, null, null, null, null),
    };

    bool Means(ByteString? requestId, string? requester, string? provider, string? task, string? dataSet, AuditOutcome? outcome, Reason? reason) =>
        (RequestId is null || (requestId is not null && requestId.Span.SequenceEqual(RequestId)))
        && (Requester is null || Requester == requester) && (Provider is null || Provider == provider) && (Task is null || Task == task)
        && (DataSet is null || DataSet == dataSet) && (Outcome is null || Outcome == outcome) && (Reason is null || Reason == reason);
}
