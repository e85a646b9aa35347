using Agency.V1;
using Exchange.Adapter.Journal;
using Exchange.Adapter.Recalls;
using Exchange.Hosting.Commands;
using Exchange.Hosting.Storage;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Adapter.LocalApi;

/// <summary>
/// A notice of another agency as an official reads it: with whom and what it concerns here, by this agency's own journal. Only what this agency
/// asked of the sender counts: a notice that names other request ids shows nothing of them.
/// </summary>
static class ToldNotice
{
    /// <summary>Those that close recalls, by who sent them and of which recall.</summary>
    public static ILookup<(string, ByteString), HeardNotice> Closings(IEnumerable<HeardNotice> all) =>
        all.Where(one => one.IsClosing).ToLookup(one => (one.Header.Sender, one.Content.Content.Reference));

    public static ReceivedNotice Of(HeardNotice notice, ILookup<(string, ByteString), HeardNotice> closings, AgencyJournal journal)
    {
        var (header, content) = (notice.Header, notice.Content);
        var closed = content.Content.Kind == NoticeKind.Recall ? closings[(header.Sender, content.Content.Reference)].FirstOrDefault() : null;
        return new ReceivedNotice
        {
            Id = Convert.ToHexStringLower(notice.Id.Span),
            Kind = content.Content.Kind.ToString().ToUpperInvariant(),
            State = closed is not null ? "CLOSED" : notice.Stage == NoticeStage.Acknowledged ? "ACKNOWLEDGED" : "OPEN",
            Sender = header.Sender,
            DataSet = header.DataSet,
            Note = OnScreen.Plain(content.Content.Note),
            Reference = Convert.ToHexStringLower(content.Content.Reference.Span),
            Sent = ToldRecall.Time(header.TimeUnixMs),
            Received = ToldRecall.Time(content.ReceivedUnixMs),
            AcknowledgedBy = content.Official,
            Acknowledged = ToldRecall.Time(content.AcknowledgedUnixMs),
            Closed = closed is null ? null : ToldRecall.Time(closed.Header.TimeUnixMs),
            Lookups = { content.Content.RequestIds.Select(id => Of(id, header, journal)) },
        };
    }

    static AskedLookup Of(ByteString requestId, NoticeHeader header, AgencyJournal journal)
    {
        var told = new AskedLookup { RequestId = Convert.ToHexStringLower(requestId.Span) };
        AskedEntry? asked;
        try
        {
            asked = journal.Asked.Find(requestId).FirstOrDefault(one => one.Counterpart == header.Sender && one.DataSet == header.DataSet);
        }
        catch (StoreException unopened) when (unopened.Fault == StoreFault.Foreign)
        {
            // It hides no other: the rest of the notice, and other notices, are shown.
            told.Unreadable = true;
            return told;
        }
        if (asked is null)
            return told;
        (told.Time, told.Person, told.Official, told.CaseId, told.Task) = (ToldRecall.Time(asked.TimeUnixMs), asked.Person, asked.Official, asked.CaseId, asked.Task);
        return told;
    }
}
