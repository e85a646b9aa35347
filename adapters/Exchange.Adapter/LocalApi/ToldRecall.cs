using Agency.V1;
using Exchange.Adapter.Recalls;
using Exchange.Hosting.Commands;
using Exchange.Protocol.Refusals;
using Exchange.V1;
using Google.Protobuf.WellKnownTypes;
using ToldLookup = Agency.V1.ToldLookup;

namespace Exchange.Adapter.LocalApi;

/// <summary>A recall or a correction as an official reads it.</summary>
static class ToldRecall
{
    public static Recall Of(OwnRecall recall, IReadOnlyList<OwnNotice> notices)
    {
        var content = recall.Content;
        return new Recall
        {
            Id = Convert.ToHexStringLower(recall.Reference.Span),
            Kind = content.Kind.ToString().ToUpperInvariant(),
            State = recall.IsOpen ? "OPEN" : content.Kind == NoticeKind.Recall ? "CLOSED" : "SENT",
            Person = content.Person,
            Note = content.Note,
            Official = content.Official,
            Begun = Time(content.BegunUnixMs),
            Closed = Time(content.ClosedUnixMs),
            ClosedBy = content.ClosedBy,
            Message = Message(recall, [.. notices.Where(one => one.Content.Kind != NoticeKind.Closed)]),
            Notices = { notices.Select(Of) },
        };
    }

    /// <summary>Of a correction that concerns nobody: nothing is kept.</summary>
    public static Recall OfNobody(CorrectRequest request) => new()
    {
        Kind = "CORRECTION",
        State = "SENT",
        Person = request.Person,
        Note = request.Note,
        Official = request.Official,
        Message = "Nothing of this data set was ever told about this person, so no agency is sent a notice.",
    };

    static string Message(OwnRecall recall, IReadOnlyList<OwnNotice> notices)
    {
        var said = new List<string>();
        var agencies = notices.Select(one => one.Content.Recipient).Distinct().Count();
        var without = notices.Where(one => one.Content.State != SentNoticeState.Acknowledged).Select(one => one.Content.Recipient).Distinct().Order(StringComparer.Ordinal).ToList();
        if (recall.IsOpen)
            said.Add("Nobody is told anything of this person until the recall is closed.");
        else if (recall.Content.Kind == NoticeKind.Recall)
            said.Add("The recall is closed; this person is answered about again.");
        said.Add(recall.Content.LookedUnixMs == 0 ? "The journal has not been looked through yet for whom to tell; that is tried again by itself."
            : agencies == 0 ? "Nothing was ever told about this person, so no agency is sent a notice."
            : without.Count == 0 ? $"{Counted.Of(agencies, "agency", "agencies")} had been told, and everybody has acknowledged."
            : $"{Counted.Of(agencies, "agency", "agencies")} had been told. Not acknowledged: {string.Join(", ", without)}.");
        if (notices.Any(one => one.Content.State is SentNoticeState.Expired or SentNoticeState.Refused))
            said.Add("Notices that have expired or were refused reach nobody: call these agencies.");
        if (recall.Content.Unreadable > 0)
            said.Add($"{Counted.Of((int)recall.Content.Unreadable, "entry", "entries")} of the journal did not open: somebody who was told may be missing here.");
        return string.Join(' ', said);
    }

    static SentNotice Of(OwnNotice notice)
    {
        var content = notice.Content;
        return new SentNotice
        {
            Id = Convert.ToHexStringLower(notice.Id.Span),
            Agency = content.Recipient,
            DataSet = content.DataSet,
            Told = { content.Told.Select(one => new ToldLookup { RequestId = Convert.ToHexStringLower(one.RequestId.Span), Time = Time(one.TimeUnixMs) }) },
            State = content.State.ToString().ToUpperInvariant(),
            Sent = Time(content.SentUnixMs),
            Received = Time(content.ReceivedUnixMs),
            Acknowledged = Time(content.AcknowledgedUnixMs),
            AcknowledgedBy = content.AcknowledgedBy,
            Reason = content.Refusal is { } refusal ? Reasons.Name(refusal.Reason) : "",
            Remedy = content.Refusal?.Remedy ?? "",
            Closing = content.Kind == NoticeKind.Closed,
        };
    }

    static readonly long latest = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    /// <summary>Null of what has not happened, and of what is no time: others say some of them.</summary>
    public static Timestamp? Time(long unixMs) => unixMs <= 0 || unixMs > latest ? null : Timestamp.FromDateTimeOffset(DateTimeOffset.FromUnixTimeMilliseconds(unixMs));
}
