using Dapper;
using Exchange.Gateway.Audit;
using Exchange.Gateway.Mail;
using Exchange.Gateway.Routing;
using Exchange.Protocol.Notices;
using Exchange.V1;
using Google.Protobuf;
using Microsoft.Data.Sqlite;
using static Exchange.Gateway.Tests.Policy.Sample;

namespace Exchange.Gateway.Tests.Mail;

/// <summary>Notices at the hub, with its own log and store; agencies are whoever the test says they are.</summary>
public sealed class NoticeRoomTests : MailScene
{
    AuditLog audit;
    NoticeStore store;
    NoticeRoom room;
    MailFile? file;

    public NoticeRoomTests() => (audit, store, room) = Open();

    public override async ValueTask DisposeAsync()
    {
        file?.Dispose();
        await audit.DisposeAsync();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task A_notice_is_logged_brought_received_acknowledged_and_forgotten_once_its_sender_has_heard_all_of_it()
    {
        var notice = Notice();
        Assert.Null(await room.Send(Tax, notice));
        Assert.Equal([NoticeStage.Left], (await Entries()).Select(one => one.Stage));

        Assert.Empty(Collect(Chuo).Notices);
        // Until it is received it is brought each time: nobody else could know that it was lost on the way.
        Assert.Equal(notice, Assert.Single(Collect(Chiyoda).Notices));
        Assert.Equal(notice, Assert.Single(Collect(Chiyoda).Notices));
        Assert.Empty(Collect(Tax).Stages);

        var received = Reply(notice, NoticeStage.Received);
        Assert.Null(await room.Acknowledge(Chiyoda, received));
        Assert.Empty(Collect(Chiyoda).Notices);
        Assert.Equal(received, Assert.Single(Collect(Tax).Stages));
        room.Take(Tax, [new TakenStage { NoticeId = Id(notice), Stage = NoticeStage.Received }]);
        Assert.Empty(Collect(Tax).Stages);

        time.Advance(TimeSpan.FromDays(40));
        var acknowledged = Reply(notice, NoticeStage.Acknowledged);
        Assert.Null(await room.Acknowledge(Chiyoda, acknowledged));
        Assert.Equal(acknowledged, Assert.Single(Collect(Tax).Stages));
        var entries = await Entries();
        Assert.Equal([NoticeStage.Left, NoticeStage.Received, NoticeStage.Acknowledged], entries.Select(one => one.Stage));
        Assert.All(entries, one => Assert.Equal((Tax, Chiyoda, Income, Id(notice)), (one.Sender, one.Recipient, one.DataSet, one.NoticeId)));
        Assert.Equal([notice.Commitment, received.Commitment, acknowledged.Commitment], entries.Select(one => one.Commitment));
        room.Take(Chuo, [new TakenStage { NoticeId = Id(notice), Stage = NoticeStage.Acknowledged, IsLast = true }]);
        Assert.NotNull(store.Find(Id(notice)));
        room.Take(Tax, [new TakenStage { NoticeId = Id(notice), Stage = NoticeStage.Acknowledged, IsLast = true }]);
        Assert.Null(store.Find(Id(notice)));
    }

    [Fact]
    public async Task The_very_same_notice_is_taken_once_at_any_time_and_another_under_its_id_never()
    {
        var notice = Notice();
        Assert.Null(await room.Send(Tax, notice));
        time.Advance(TimeSpan.FromHours(5));
        Assert.Null(await room.Send(Tax, notice));
        var other = notice.Clone();
        other.Commitment = Random(32);
        Assert.Equal(Reason.DuplicateId, (await room.Send(Tax, other))?.Reason);
        Assert.Single(Collect(Chiyoda).Notices);
        Assert.Single(await Entries(), one => one.Outcome == AuditOutcome.Unspecified);
    }

    [Fact]
    public async Task A_reply_once_more_changes_nothing_and_the_first_one_counts()
    {
        var notice = Notice();
        Assert.Null(await room.Send(Tax, notice));
        var first = Reply(notice, NoticeStage.Received);
        Assert.Null(await room.Acknowledge(Chiyoda, first));
        Assert.Null(await room.Acknowledge(Chiyoda, Reply(notice, NoticeStage.Received)));
        Assert.Equal(first, Assert.Single(Collect(Tax).Stages));
        Assert.Equal(2, (await Entries()).Count);
    }

    [Fact]
    public async Task What_is_no_notice_of_the_caller_is_refused_and_logged()
    {
        foreach (var (change, reason) in new (Action<Notice>, Reason)[]
        {
            (one => one.Header = ByteString.Empty, Reason.HeaderInvalid),
            (one => one.Enc = Random(31), Reason.HeaderInvalid),
            (one => one.KeyId = Random(9), Reason.HeaderInvalid),
            (one => one.Signature = Random(63), Reason.HeaderInvalid),
            (one => one.Commitment = Random(31), Reason.HeaderInvalid),
            (one => one.Ciphertext = Random(100), Reason.HeaderInvalid),
            (one => one.Chain.Add(Random(13 * 1024)), Reason.HeaderInvalid),
            (one => Change(one, header => header.NoticeId = Random(15)), Reason.HeaderInvalid),
            (one => Change(one, header => header.Recipient = header.Sender), Reason.HeaderInvalid),
            (one => Change(one, header => header.Sender = Chuo), Reason.NameMismatch),
            (one => Change(one, header => header.TimeUnixMs -= 31_000), Reason.TimeOutOfRange),
            (one => Change(one, header => header.ExpiryUnixMs += 1), Reason.NoticeExpired),
            (one => Change(one, header => header.ExpiryUnixMs = 1), Reason.NoticeExpired),
            (one => Change(one, header => header.DataSet = "tax.nothing.v1"), Reason.DataSetUnknown),
            (one => Change(one, header => header.Recipient = "jp.nobody"), Reason.ProviderUnknown),
        })
        {
            var bent = Notice();
            change(bent);
            Assert.Equal((reason, reason), ((await room.Send(Tax, bent))?.Reason, (await Entries())[^1].Reason));
        }
        Assert.All(await Entries(), one => Assert.Equal(AuditOutcome.Refused, one.Outcome));
        Assert.DoesNotContain(await Entries(), one => one.Recipient == "jp.nobody" || one.DataSet == "tax.nothing.v1");
        Assert.Equal(0, Kept());
    }

    [Fact]
    public async Task Only_an_agency_that_provides_the_data_set_sends_notices_about_it()
    {
        Assert.Equal(Reason.NotPermitted, (await room.Send(Chiyoda, Notice(sender: Chiyoda, recipient: Chuo)))?.Reason);
        Assert.Empty(Collect(Chuo).Notices);
    }

    [Fact]
    public async Task A_suspended_agency_neither_sends_notices_nor_is_sent_any()
    {
        Suspend(Chiyoda);
        Assert.Equal(Reason.AgencySuspended, (await room.Send(Tax, Notice()))?.Reason);
        Suspend(Tax);
        Assert.Equal(Reason.AgencySuspended, (await room.Send(Tax, Notice(recipient: Chuo)))?.Reason);
        Assert.Equal(0, Kept());
    }

    [Fact]
    public async Task The_notice_of_an_agency_that_was_suspended_after_it_was_left_waits_until_it_is_active_again()
    {
        var notice = Notice();
        Assert.Null(await room.Send(Tax, notice));
        var active = File.ReadAllText(Files.Directory);
        Suspend(Tax);
        Assert.Empty(Collect(Chiyoda).Notices);
        File.WriteAllText(Files.Directory, active);
        Assert.True(policy.ReloadNow());
        Assert.Equal(notice, Assert.Single(Collect(Chiyoda).Notices));
    }

    [Fact]
    public async Task Nobody_but_the_recipient_acknowledges_a_notice_and_nobody_one_that_there_is_not()
    {
        var notice = Notice();
        Assert.Null(await room.Send(Tax, notice));
        Assert.Equal(Reason.NoticeUnknown, (await room.Acknowledge(Chuo, Reply(notice, NoticeStage.Received)))?.Reason);
        Assert.Equal(Reason.NoticeUnknown, (await room.Acknowledge(Tax, Reply(notice, NoticeStage.Received)))?.Reason);
        Assert.Equal(Reason.NoticeUnknown, (await room.Acknowledge(Chiyoda, Reply(Notice(), NoticeStage.Received)))?.Reason);
        Assert.Equal(Reason.HeaderInvalid, (await room.Acknowledge(Chiyoda, Reply(notice, NoticeStage.Expired)))?.Reason);
        Assert.Equal(Reason.HeaderInvalid, (await room.Acknowledge(Chiyoda, null))?.Reason);
        Assert.Empty(Collect(Tax).Stages);
    }

    [Fact]
    public async Task What_is_not_received_expires_and_its_sender_hears_it()
    {
        var notice = Notice();
        Assert.Null(await room.Send(Tax, notice));
        time.Advance(NoticeRules.LongestWait);
        await room.LookAround();
        await room.LookAround();
        Assert.Empty(Collect(Chiyoda).Notices);
        Assert.Equal((Id(notice), NoticeStage.Expired), (Collect(Tax).Stages.Single().NoticeId, Collect(Tax).Stages.Single().Stage));
        Assert.Equal([NoticeStage.Left, NoticeStage.Expired], (await Entries()).Select(one => one.Stage));
        // Brought just before, and kept by its recipient: that counts for more.
        Assert.Null(await room.Acknowledge(Chiyoda, Reply(notice, NoticeStage.Received)));
        Assert.Contains(Collect(Tax).Stages, one => one.Stage == NoticeStage.Received);
        time.Advance(TimeSpan.FromDays(61));
        await room.LookAround();
        Assert.Null(store.Find(Id(notice)));
    }

    [Fact]
    public async Task A_stage_that_was_kept_before_the_hub_died_is_in_the_log_once_and_nobody_hears_of_it_before()
    {
        var (unlogged, logged) = (Notice(), Notice());
        foreach (var notice in new[] { unlogged, logged })
            Assert.Null(await room.Send(Tax, notice));
        // Kept and not logged; and logged, of which nobody heard.
        Sql("UPDATE notice_stage SET logged = 0");
        Assert.Empty(Collect(Chiyoda).Notices);
        await Restart();
        Sql("UPDATE notice_stage SET log_from = @size WHERE notice_id = @id", Id(unlogged), audit.Size);
        await room.LookAround();
        await room.LookAround();
        Assert.Equal(2, Collect(Chiyoda).Notices.Count);
        var entries = await Entries();
        Assert.Single(entries, one => one.NoticeId == Id(logged));
        // The test itself said that the other's was not there.
        Assert.Equal(2, entries.Count(one => one.NoticeId == Id(unlogged)));
    }

    [Fact]
    public async Task What_does_not_open_at_its_recipient_stands_in_nobodys_way()
    {
        var notices = new List<Notice>();
        for (var i = 0; i < 60; i++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            notices.Add(Notice());
            Assert.Null(await room.Send(Tax, notices[^1]));
        }
        var first = Collect(Chiyoda);
        Assert.Equal((50, true), (first.Notices.Count, first.More));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Contains(Collect(Chiyoda).Notices, one => one.Equals(notices[59]));
    }

    [Fact]
    public async Task One_sender_has_so_many_notices_and_no_more_and_each_is_charged()
    {
        for (var i = 0; i < 20; i++)
            Assert.Null(await room.Send(Tax, Notice()));
        Assert.Equal(Reason.QuotaExceeded, (await room.Send(Tax, Notice()))?.Reason);
        time.Advance(TimeSpan.FromSeconds(10));
        using (var filling = new SqliteConnection($"Data Source={MailPath};Pooling=False"))
        {
            filling.Execute("""
                WITH RECURSIVE notices (n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM notices WHERE n < @most)
                INSERT INTO notice (notice_id, sender, recipient, data_set, submitted, expires, digest) SELECT randomblob(16), 'jp.tax', 'jp.mun.131016', 'tax.income.v1', n, n, x'' FROM notices
                """, new { most = NoticeStore.MostOfOne });
            // Received, and not acknowledged by anybody: those stand in no other's way.
            Assert.Null(await room.Send(Tax, Notice()));
            filling.Execute("UPDATE notice SET notice = x'00' WHERE notice IS NULL");
        }
        Assert.Equal(Reason.NoticeLimit, (await room.Send(Tax, Notice()))?.Reason);
    }

    (AuditLog, NoticeStore, NoticeRoom) Open()
    {
        var log = AuditLog.Open(new AuditOptions(Path.Combine(folder, "audit.db"), "hub-1"), time);
        file = MailFile.Open(MailPath);
        var notices = new NoticeStore(file);
        return (log, notices, new NoticeRoom(notices, policy, quotas, new NodeTable(), log, time));
    }

    async Task Restart()
    {
        file?.Dispose();
        await audit.DisposeAsync();
        (audit, store, room) = Open();
    }

    long Kept()
    {
        using var connection = new SqliteConnection($"Data Source={MailPath};Pooling=False");
        return connection.ExecuteScalar<long>("SELECT count(*) FROM notice");
    }

    void Sql(string text, ByteString? id = null, long size = 0)
    {
        using var connection = new SqliteConnection($"Data Source={MailPath};Pooling=False");
        connection.Execute(text, new { id = id?.ToByteArray(), size });
    }

    void Suspend(string agency)
    {
        File.WriteAllText(Files.Directory, System.Text.RegularExpressions.Regex.Replace(File.ReadAllText(Files.Directory), $"(id: {agency},[^\n]*)status: active", "$1status: suspended"));
        Assert.True(policy.ReloadNow());
        Assert.False(policy.Current.Directory.TryGetAgency(agency, out var entry) && entry.IsActive);
    }

    CollectResponse Collect(string agency)
    {
        var response = new CollectResponse();
        room.Collect(agency, response);
        return response;
    }

    async Task<IReadOnlyList<NoticeEvent>> Entries()
    {
        var entries = new List<NoticeEvent>();
        await foreach (var (_, entry) in audit.Read(0, long.MaxValue))
            if (AuditEntry.Parser.ParseFrom(entry).Notice is { } notice)
                entries.Add(notice);
        return entries;
    }

    Notice Notice(string sender = Tax, string recipient = Chiyoda)
    {
        var now = time.GetUtcNow();
        return new Notice
        {
            Header = new NoticeHeader
            {
                Sender = sender,
                Recipient = recipient,
                DataSet = Income,
                NoticeId = Random(16),
                TimeUnixMs = now.ToUnixTimeMilliseconds(),
                ExpiryUnixMs = (now + NoticeRules.LongestWait).ToUnixTimeMilliseconds(),
            }.ToByteString(),
            KeyId = Random(8),
            Enc = Random(32),
            Ciphertext = Random(NoticeRules.SealedSize(NoticeRules.NoticeSize)),
            Commitment = Random(32),
            Signature = Random(64),
        };
    }

    static NoticeReply Reply(Notice notice, NoticeStage stage) => new()
    {
        NoticeId = Id(notice),
        Stage = stage,
        KeyId = Random(8),
        Enc = Random(32),
        Ciphertext = Random(NoticeRules.SealedSize(NoticeRules.ReplySize)),
        Commitment = Random(32),
        Signature = Random(64),
    };

    static ByteString Id(Notice notice) => NoticeHeader.Parser.ParseFrom(notice.Header).NoticeId;

    static void Change(Notice notice, Action<NoticeHeader> change)
    {
        var header = NoticeHeader.Parser.ParseFrom(notice.Header);
        change(header);
        notice.Header = header.ToByteString();
    }
}
