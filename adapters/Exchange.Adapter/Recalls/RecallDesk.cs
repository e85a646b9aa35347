using System.Security.Cryptography;
using Exchange.Adapter.Enrolment;
using Exchange.Adapter.Journal;
using Exchange.Adapter.Journal.Keeping;
using Exchange.Adapter.Telemetry;
using Exchange.Hosting.Storage;
using Exchange.Protocol.Notices;
using Exchange.Protocol.Refusals;
using Exchange.V1;
using Google.Protobuf;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Exchange.Adapter.Recalls;

/// <summary>
/// Takes back or corrects what was told of a person. A recall is in force first, so that nobody is told anything more; then the journal says
/// who was told, and each is sent a notice.
/// </summary>
public sealed class RecallDesk(
    AdapterOptions options, RecallBook book, SentNotices sent, ReceivedNotices received, NoticeCarrier carrier, AgencyJournal journal, People people, ILogger<RecallDesk> log, TimeProvider time)
{
    /// <summary>Answers that were under way as a recall began are in the journal by then.</summary>
    static readonly TimeSpan looksAgainFor = TimeSpan.FromMinutes(10);

    /// <summary>For longer than a letter waits whose answer was taken back, and than a notice may be acknowledged.</summary>
    static readonly TimeSpan leastKept = TimeSpan.FromDays(120);

    readonly Lock gathering = new();

    /// <returns>The recall, in force; or why there is none.</returns>
    /// <exception cref="SqliteException">The store cannot be written; nothing has changed unless the person is listed as under recall.</exception>
    /// <exception cref="StoreException">The journal cannot be read; the same.</exception>
    public (OwnRecall? Recall, Refusal? Refusal) Begin(string person, string note, string official, string caller)
    {
        var isKnown = people.TryFind(person, out _);
        var recall = New(NoticeKind.Recall, person, note, official, caller);
        // In force before anything else can fail, except for somebody whom only the journal may know.
        if (isKnown && !book.TryKeep(recall))
            return (null, UnderRecall());
        return Read("recall", person, official, caller, () =>
            !isKnown && Told(person, null, long.MinValue, long.MaxValue).Lookups.Count == 0 ? (null, Reasons.Refuse(Reason.PersonUnknown))
            : isKnown || book.TryKeep(recall) ? (Gather(recall), null)
            : (null, UnderRecall()));
    }

    /// <returns>The correction, or null when nobody was told anything that could be corrected; or why there is none.</returns>
    /// <exception cref="SqliteException">The store cannot be written.</exception>
    /// <exception cref="StoreException">The journal cannot be read.</exception>
    public (OwnRecall? Correction, Refusal? Refusal) Correct(string person, string dataSet, string note, string official, string caller) => Read("correct", person, official, caller, () =>
    {
        var told = Told(person, dataSet, long.MinValue, long.MaxValue);
        if (told.Lookups.Count == 0)
            return ((OwnRecall?)null, people.TryFind(person, out _) ? null : Reasons.Refuse(Reason.PersonUnknown));
        var correction = New(NoticeKind.Correction, person, note, official, caller);
        correction.Content.DataSet = dataSet;
        book.TryKeep(correction);
        return (Gather(correction), null);
    });

    /// <summary>Handles of before have ended when the person is answered about again.</summary>
    /// <exception cref="SqliteException">The store cannot be written.</exception>
    public (OwnRecall? Recall, Refusal? Refusal) Close(ByteString reference, string official, string caller)
    {
        lock (gathering)
            return Close_NeedsLock(reference, official, caller);
    }

    /// <summary>In the journal, for what was answered as a recall began, and for what a restart has cut short. Never fails.</summary>
    public void LookAgain()
    {
        try
        {
            book.WithdrawUnkept();
            // Until it was looked through so long after its beginning that nothing can have been under way any more; a correction, once.
            foreach (var recall in book.All)
                if (recall.IsOpen && recall.Content.LookedUnixMs - recall.Content.BegunUnixMs <= looksAgainFor.TotalMilliseconds
                    || recall.Content.Kind == NoticeKind.Correction && recall.Content.LookedUnixMs == 0)
                    Gather(recall);
        }
        catch (Exception e) when (e is StoreException or SqliteException)
        {
            // In another round. Its message could quote a row.
            log.Unforeseen(e.GetType().Name, "recall");
        }
    }

    /// <summary>What has been over for longer than entries of the journal are kept, this agency's and what it heard of others.</summary>
    /// <exception cref="SqliteException">Some are there yet.</exception>
    public void Purge()
    {
        var before = Retention.Boundary(options.JournalRetention < leastKept ? leastKept : options.JournalRetention, time);
        book.Purge(before);
        received.Purge(before);
    }

    (OwnRecall? Recall, Refusal? Refusal) Close_NeedsLock(ByteString reference, string official, string caller)
    {
        if (book.Find(reference) is not { Content.Kind: NoticeKind.Recall } recall)
            return (null, Reasons.Refuse(Reason.RecallUnknown));
        if (!recall.IsOpen)
            return (null, Reasons.Refuse(Reason.RecallState, "The recall is closed already."));
        // Whoever was told as it began; then the handles of before end, and others hear of it before it is in force: should the process die
        // in between, it is closed once more, and says nothing twice.
        recall = Read("close", recall.Content.Person, official, caller, () => (Gather(recall), null)).Recall!;
        people.Rematch(recall.Content.Person);
        var notices = sent.Of(reference);
        foreach (var one in notices.Where(one => one.Content.Kind == NoticeKind.Recall && one.Content.State != SentNoticeState.Refused).DistinctBy(one => (one.Content.Recipient, one.Content.DataSet)))
            if (!notices.Any(closing => closing.Content.Kind == NoticeKind.Closed && closing.Content.Recipient == one.Content.Recipient && closing.Content.DataSet == one.Content.DataSet))
                Send(recall, NoticeKind.Closed, one.Content.Recipient, one.Content.DataSet, [], "");
        var content = recall.Content.Clone();
        (content.ClosedUnixMs, content.ClosedBy, content.ClosingCaller) = (time.GetUtcNow().ToUnixTimeMilliseconds(), official, caller);
        recall = recall with { Content = content };
        book.TryKeep(recall);
        carrier.Hurry();
        return (recall, null);
    }

    /// <summary>That the journal is looked through for this stands in it first; how much was found, as far as it can be written.</summary>
    (OwnRecall? Recall, Refusal? Refusal) Read(string command, string person, string official, string caller, Func<(OwnRecall? Recall, Refusal? Refusal)> read)
    {
        var reading = journal.Readings.Begin(command, ("person", person), ("official", official), ("system", caller));
        var (recall, refusal) = read();
        try
        {
            journal.Readings.Finish(reading, recall is null ? 0 : sent.Of(recall.Reference).Sum(one => one.Content.Told.Count));
        }
        catch (StoreException)
        {
            // What was begun by it is done all the same.
        }
        return (recall, refusal);
    }

    static Refusal UnderRecall() => Reasons.Refuse(Reason.RecallState, "The person is under recall already.");

    /// <summary>Notices for whoever was told and has none yet.</summary>
    OwnRecall Gather(OwnRecall recall)
    {
        lock (gathering)
        {
            // As it is now that nobody else is at it.
            recall = book.Find(recall.Reference) ?? recall;
            var content = recall.Content;
            if (content.Kind == NoticeKind.Recall && !recall.IsOpen)
                return recall;
            var told = content.Kind == NoticeKind.Recall
                ? Told(content.Person, null, RecalledBefore(recall), long.MaxValue)
                : Told(content.Person, content.DataSet, long.MinValue, content.BegunUnixMs + 1);
            var known = sent.Of(recall.Reference).SelectMany(one => one.Content.Told).Select(one => one.RequestId).ToHashSet();
            var hasNews = false;
            foreach (var ((agency, dataSet), lookups) in told.Lookups)
                foreach (var some in lookups.Where(one => !known.Contains(one.RequestId)).Chunk(NoticeRules.MostRequests))
                {
                    Send(recall, content.Kind, agency, dataSet, some, content.Note);
                    hasNews = true;
                }
            content = content.Clone();
            (content.Unreadable, content.LookedUnixMs) = ((uint)told.Unreadable, Math.Max(content.BegunUnixMs, time.GetUtcNow().ToUnixTimeMilliseconds()));
            recall = recall with { Content = content };
            book.TryKeep(recall);
            // This is looked at on the carrier's own rounds too: without news, one would follow the other without a pause.
            if (hasNews)
                carrier.Hurry();
            return recall;
        }
    }

    /// <summary>What an earlier recall took back is not taken back again.</summary>
    long RecalledBefore(OwnRecall recall) => book.All
        .Where(one => one.Content.Kind == NoticeKind.Recall && one.Content.ClosedUnixMs != 0 && one.Content.Person == recall.Content.Person && one.Reference != recall.Reference)
        .Select(one => one.Content.BegunUnixMs).DefaultIfEmpty(long.MinValue).Max();

    void Send(OwnRecall recall, NoticeKind kind, string agency, string dataSet, IEnumerable<ToldLookup> told, string note) => sent.Keep(new OwnNotice(Id(), new SentNoticeContent
    {
        Reference = recall.Reference,
        Kind = kind,
        Recipient = agency,
        DataSet = dataSet,
        Told = { told },
        Note = note,
        State = SentNoticeState.Leaving,
    }));

    ToldAgencies Told(string person, string? dataSet, long from, long until) => ToldAgencies.Of(journal, person, dataSet, from, until);

    OwnRecall New(NoticeKind kind, string person, string note, string official, string caller) => new(Id(), new RecallContent
    {
        Kind = kind,
        Person = person,
        Note = note,
        Official = official,
        Caller = caller,
        BegunUnixMs = time.GetUtcNow().ToUnixTimeMilliseconds(),
    });

    static ByteString Id() => ByteString.CopyFrom(RandomNumberGenerator.GetBytes(NoticeRules.IdSize));
}
