using System.Security.Cryptography;
using Dapper;
using Exchange.Adapter.Enrolment;
using Exchange.Adapter.Mail;
using Exchange.Adapter.Recalls;
using Exchange.Hosting.Storage;
using Exchange.V1;
using Google.Protobuf;
using Microsoft.Data.Sqlite;

namespace Exchange.Adapter.Tests.Recalls;

/// <summary>Recalls and notices on an agency's own disk, over restarts.</summary>
public sealed class RecallStoreTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("exchange-recalls-").FullName;
    AgencyKeys keys;
    MailDatabase database;
    People people;

    public RecallStoreTests()
    {
        AgencyKeys.Create(Path.Combine(folder, "agency.keys"));
        keys = AgencyKeys.Read(Path.Combine(folder, "agency.keys"));
        database = Open();
        people = People.Open(Path.Combine(folder, "people.db"), "closing", 1, TimeProvider.System);
    }

    public void Dispose()
    {
        people.Dispose();
        database.Dispose();
        keys.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void Whoever_is_under_recall_is_so_after_a_restart_and_no_longer_once_it_is_closed()
    {
        var book = new RecallBook(database, people);
        Assert.False(book.Holds("4711"));
        var recall = Recall("4711", begun: 100);
        Assert.True(book.TryKeep(recall));
        Assert.False(book.TryKeep(Recall("4711", begun: 200)));
        Assert.True(book.TryKeep(Recall("4712", begun: 200)));

        Restart();
        book = new RecallBook(database, people);
        Assert.Equal((true, true, false), (book.Holds("4711"), book.Holds("4712"), book.Holds("4713")));
        Assert.Equal(recall.Content, book.Find(recall.Reference)?.Content);
        var content = recall.Content.Clone();
        content.ClosedUnixMs = 300;
        Assert.True(book.TryKeep(recall with { Content = content }));
        Assert.Equal((false, true), (book.Holds("4711"), book.Holds("4712")));
        // What was answered before it was closed stays taken back; of one that is under way, everything.
        Assert.Equal((true, true, false), (book.HasRecalled("4711", 99), book.HasRecalled("4711", 300), book.HasRecalled("4711", 301)));
        Assert.True(book.HasRecalled("4712", long.MaxValue - 1));
        Assert.True(book.TryKeep(Recall("4711", begun: 400)));
        Assert.Equal([400, 200, 100], book.All.Select(one => one.Content.BegunUnixMs));
    }

    [Fact]
    public void What_has_been_over_for_long_is_purged_with_its_notices_and_the_next_start_misses_nothing()
    {
        var (book, sent, received) = (new RecallBook(database, people), new SentNotices(database, TimeProvider.System), new ReceivedNotices(database));
        var (old, young, open, correction) = (Recall("1", begun: 10), Recall("2", begun: 10), Recall("3", begun: 10), Recall("4", begun: 10));
        correction.Content.Kind = NoticeKind.Correction;
        (old.Content.ClosedUnixMs, young.Content.ClosedUnixMs) = (20, 120);
        foreach (var one in new[] { old, young, open, correction })
        {
            Assert.True(book.TryKeep(one));
            sent.Keep(new OwnNotice(Id(), new SentNoticeContent { Reference = one.Reference, State = SentNoticeState.Acknowledged }));
        }
        var (told, owing, closed, closedLater) = (Heard(), Heard(), Heard(), Heard());
        var (closing, closingLater) = (Closing(closed), Closing(closedLater, received: 150));
        foreach (var one in new[] { told, owing, closed, closedLater, closing, closingLater, Closing(Heard()) })
            received.Add(one);
        received.Change(told.Id, content => content.AcknowledgedUnixMs = 6);
        Assert.Equal((7, 0), (received.CountOf("jp.tax", DateTimeOffset.UnixEpoch), received.CountOf("jp.tax", DateTimeOffset.UnixEpoch.AddDays(1))));

        book.Purge(100);
        received.Purge(100);

        foreach (var isAfterRestart in new[] { false, true })
        {
            if (isAfterRestart)
            {
                Restart();
                (book, sent, received) = (new RecallBook(database, people), new SentNotices(database, TimeProvider.System), new ReceivedNotices(database));
            }
            Assert.Equal(new[] { open.Reference, young.Reference }.Order(byBytes), book.All.Select(one => one.Reference).Order(byBytes));
            Assert.Equal((false, true, true), (book.HasRecalled("1", 15), book.HasRecalled("2", 15), book.Holds("3")));
            Assert.Equal((0, 1, 1, 0), (sent.Of(old.Reference).Count, sent.Of(young.Reference).Count, sent.Of(open.Reference).Count, sent.Of(correction.Reference).Count));
            // What nobody has seen to stays; what closed a recall goes once that is gone, and the young stay.
            Assert.Equal(new[] { owing.Id, closingLater.Id }.Order(byBytes), received.All.Select(one => one.Id).Order(byBytes));
        }
    }

    [Fact]
    public void A_copy_from_before_a_purge_that_lacks_a_later_recall_stops_the_start()
    {
        var book = new RecallBook(database, people);
        var old = Recall("1", begun: 10);
        old.Content.ClosedUnixMs = 20;
        Assert.True(book.TryKeep(old));
        database.Dispose();
        File.Copy(Path.Combine(folder, "mail.db"), Path.Combine(folder, "older.db"));
        database = Open();
        book = new RecallBook(database, people);
        book.Purge(100);
        Assert.True(book.TryKeep(Recall("2", begun: 200)));
        database.Dispose();
        foreach (var file in Directory.GetFiles(folder, "mail.db*"))
            File.Delete(file);
        File.Copy(Path.Combine(folder, "older.db"), Path.Combine(folder, "mail.db"));
        database = Open();
        Assert.Equal(StoreFault.Foreign, Assert.Throws<StoreException>(() => new RecallBook(database, people)).Fault);
    }

    [Theory]
    [InlineData("BEFORE")]
    [InlineData("AFTER")]
    public void A_recall_that_could_not_be_kept_is_none_also_when_it_is_on_the_disk_and_the_person_may_be_recalled_anew(string when)
    {
        var book = new RecallBook(database, people);
        using (var other = new SqliteConnection($"Data Source={Path.Combine(folder, "mail.db")};Pooling=False"))
        {
            // FAIL: what the statement did before stays.
            other.Execute($"CREATE TRIGGER broken {when} INSERT ON recall BEGIN SELECT RAISE(FAIL, 'disk'); END");
            Assert.Throws<SqliteException>(() => book.TryKeep(Recall("4711", begun: 100)));
            other.Execute("DROP TRIGGER broken");
        }
        Assert.False(book.Holds("4711"));
        var again = Recall("4711", begun: 200);
        Assert.True(book.TryKeep(again));

        Restart();
        Assert.Equal(again.Reference, Assert.Single(new RecallBook(database, people).All).Reference);
    }

    [Fact]
    public void A_correction_holds_nobody_back()
    {
        var book = new RecallBook(database, people);
        var correction = Recall("4711", begun: 100);
        correction.Content.Kind = NoticeKind.Correction;
        Assert.True(book.TryKeep(correction));
        Assert.Equal((false, false), (book.Holds("4711"), book.HasRecalled("4711", 1)));
    }

    [Fact]
    public void Recalls_that_do_not_open_stop_the_start_since_somebody_under_recall_would_be_answered_about()
    {
        Assert.True(new RecallBook(database, people).TryKeep(Recall("4711", begun: 100)));
        database.Dispose();
        keys.Dispose();
        File.Delete(Path.Combine(folder, "agency.keys"));
        AgencyKeys.Create(Path.Combine(folder, "agency.keys"));
        keys = AgencyKeys.Read(Path.Combine(folder, "agency.keys"));
        database = Open();
        Assert.Equal(StoreFault.Foreign, Assert.Throws<StoreException>(() => new RecallBook(database, people)).Fault);
    }

    [Fact]
    public void A_store_that_was_taken_away_or_put_back_to_an_older_copy_stops_the_start_until_it_is_accepted()
    {
        var book = new RecallBook(database, people);
        Assert.True(book.TryKeep(Recall("4711", begun: 100)));
        database.Dispose();
        File.Copy(Path.Combine(folder, "mail.db"), Path.Combine(folder, "older.db"));
        database = Open();
        var closed = new RecallBook(database, people).All[0];
        closed.Content.ClosedUnixMs = 150;
        book = new RecallBook(database, people);
        Assert.True(book.TryKeep(closed));
        Assert.True(book.TryKeep(Recall("4712", begun: 200)));
        database.Dispose();
        foreach (var file in Directory.GetFiles(folder, "mail.db*"))
            File.Delete(file);
        File.Copy(Path.Combine(folder, "older.db"), Path.Combine(folder, "mail.db"));
        database = Open();
        Assert.Contains("'recall accept'", Assert.Throws<StoreException>(() => new RecallBook(database, people)).Message, StringComparison.Ordinal);
        RecallBook.Accept(people);
        // Closed since, and open in the copy: that errs on the safe side.
        Assert.True(new RecallBook(database, people).Holds("4711"));
        Assert.False(new RecallBook(database, people).Holds("4712"));
    }

    [Fact]
    public void A_notice_is_kept_once_and_the_first_official_who_acknowledges_it_stays_the_one()
    {
        var received = new ReceivedNotices(database);
        var notice = Heard();
        received.Add(notice);
        var other = notice.Content.Clone();
        other.ReceivedUnixMs = 999;
        received.Add(new HeardNotice(notice.Id, other));
        Assert.Equal(notice.Content, Assert.Single(received.All).Content);
        Assert.Single(received.OwingReplies);
        received.Change(notice.Id, content => content.Told = NoticeStage.Received);
        Assert.Empty(received.OwingReplies);

        received.Change(notice.Id, content => (content.Official, content.AcknowledgedUnixMs) = ("sato", 7));
        Restart();
        received = new ReceivedNotices(database);
        Assert.Equal((NoticeStage.Acknowledged, "sato"), (Assert.Single(received.OwingReplies).Stage, received.All[0].Content.Official));
        received.Change(notice.Id, content => content.Told = NoticeStage.Acknowledged);
        Assert.Empty(received.OwingReplies);
        Assert.Null(received.Change(Id(), _ => { }));
        Assert.Null(received.Find(ByteString.CopyFrom(1, 2)));
    }

    [Fact]
    public void Notices_that_have_not_left_are_known_after_a_restart()
    {
        var sent = new SentNotices(database, TimeProvider.System);
        var notice = new OwnNotice(Id(), new SentNoticeContent { Reference = Id(), Recipient = "jp.mun.131016", State = SentNoticeState.Leaving, Told = { new ToldLookup { RequestId = Id() } } });
        sent.Keep(notice);
        Restart();
        sent = new SentNotices(database, TimeProvider.System);
        Assert.Equal(notice.Content, Assert.Single(sent.Leaving).Content);
        var content = notice.Content.Clone();
        content.State = SentNoticeState.Sent;
        sent.Keep(notice with { Content = content });
        Assert.Empty(sent.Leaving);
        Assert.Equal(content, Assert.Single(sent.Of(notice.Content.Reference)).Content);
    }

    static HeardNotice Closing(HeardNotice recall, long received = 5)
    {
        var content = Heard().Content;
        (content.Content.Kind, content.Content.Reference, content.ReceivedUnixMs) = (NoticeKind.Closed, recall.Content.Content.Reference, received);
        return new HeardNotice(Id(), content);
    }

    static readonly Comparer<ByteString> byBytes = Comparer<ByteString>.Create((one, other) => one.Span.SequenceCompareTo(other.Span));

    static OwnRecall Recall(string person, long begun) => new(Id(), new RecallContent { Kind = NoticeKind.Recall, Person = person, Official = "endo", BegunUnixMs = begun });

    static HeardNotice Heard() => new(Id(), new ReceivedNoticeContent
    {
        Header = new NoticeHeader { Sender = "jp.tax", Recipient = "jp.mun.131016", DataSet = "tax.income.v1", NoticeId = Id() }.ToByteString(),
        Content = new NoticeContent { Kind = NoticeKind.Recall, Reference = Id(), RequestIds = { Id() } },
        ReceivedUnixMs = 5,
    });

    static ByteString Id() => ByteString.CopyFrom(RandomNumberGenerator.GetBytes(16));

    MailDatabase Open() => new(Path.Combine(folder, "mail.db"), keys, TimeProvider.System);

    void Restart()
    {
        database.Dispose();
        people.Dispose();
        database = Open();
        people = People.Open(Path.Combine(folder, "people.db"), "closing", 1, TimeProvider.System);
    }
}
