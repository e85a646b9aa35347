using Exchange.Adapter.Mail;
using Exchange.V1;
using Google.Protobuf;
using Microsoft.Data.Sqlite;

namespace Exchange.Adapter.Recalls;

/// <summary>Notices of other agencies, each once, until this agency's officials are done with them and after.</summary>
public sealed class ReceivedNotices(MailDatabase database)
{
    /// <summary>Of one sender in a month: more are no recalls but a flood, and wait at the hub.</summary>
    public const int MostOfOne = 2000;

    readonly Lock gate = new();

    /// <summary>The newest first.</summary>
    public IReadOnlyList<HeardNotice> All => Notices("ORDER BY received_unix_ms DESC", null);

    /// <summary>Those of which the hub has yet to hear how far they are.</summary>
    public IReadOnlyList<HeardNotice> OwingReplies => Notices("WHERE owes_reply = 1 ORDER BY received_unix_ms", null);

    public HeardNotice? Find(ByteString id) => id.Length == 16 ? Notices("WHERE notice_id = @id", new { id = id.ToByteArray() }).SingleOrDefault() : null;

    public int CountOf(string sender, DateTimeOffset since) =>
        (int)database.Read<long>("SELECT count(*) FROM received_notice WHERE sender = @sender AND received_unix_ms >= @since", new { sender = Name(sender), since = since.ToUnixTimeMilliseconds() })[0];

    /// <summary>Kept as it came, unless it is there.</summary>
    /// <exception cref="SqliteException">It is not kept.</exception>
    public void Add(HeardNotice notice)
    {
        lock (gate)
            if (Find(notice.Id) is null)
                Write_NeedsLock(notice);
    }

    /// <summary>As it is now that nobody else changes it.</summary>
    /// <returns>Null when there is none.</returns>
    /// <exception cref="SqliteException">It is as it was.</exception>
    public HeardNotice? Change(ByteString id, Action<ReceivedNoticeContent> change)
    {
        lock (gate)
        {
            if (Find(id) is not { } notice)
                return null;
            var content = notice.Content.Clone();
            change(content);
            notice = new HeardNotice(notice.Id, content);
            Write_NeedsLock(notice);
            return notice;
        }
    }

    /// <summary>Those received before then that somebody has acknowledged, or whose recall is closed; and what closed it, once nothing is left of that.</summary>
    /// <param name="before">Milliseconds since 1970.</param>
    /// <exception cref="SqliteException">Some are there yet.</exception>
    public void Purge(long before)
    {
        if (database.Read<long>("SELECT count(*) FROM received_notice WHERE received_unix_ms < @before", new { before })[0] == 0)
            return;
        var all = All;
        var closed = all.Where(one => one.IsClosing).Select(Recall).ToHashSet();
        var over = all.Where(one => !one.IsClosing && one.Content.ReceivedUnixMs < before && (one.Stage == NoticeStage.Acknowledged || closed.Contains(Recall(one)))).ToHashSet();
        var stay = all.Where(one => !one.IsClosing && !over.Contains(one)).Select(Recall).ToHashSet();
        foreach (var notice in over.Concat(all.Where(one => one.IsClosing && one.Content.ReceivedUnixMs < before && !stay.Contains(Recall(one)))))
            database.Write("DELETE FROM received_notice WHERE notice_id = @id", new { id = notice.Id.ToByteArray() });

        static (string, ByteString) Recall(HeardNotice notice) => (notice.Header.Sender, notice.Content.Content.Reference);
    }

    void Write_NeedsLock(HeardNotice notice)
    {
        var id = notice.Id.ToByteArray();
        database.Write(
            "INSERT INTO received_notice (notice_id, received_unix_ms, sender, owes_reply, sealed) VALUES (@id, @received, @sender, @owes, @row) ON CONFLICT (notice_id) DO UPDATE SET owes_reply = excluded.owes_reply, sealed = excluded.sealed",
            new { id, received = notice.Content.ReceivedUnixMs, sender = Name(notice.Header.Sender), owes = notice.Content.Told < notice.Stage ? 1 : 0, row = database.Seal(notice.Content, Bound(id)) });
    }

    byte[] Name(string sender) => database.Name("sender", sender);

    List<HeardNotice> Notices(string where, object? parameters) =>
    [
        .. from row in database.Read<(byte[] Id, byte[] Sealed)>($"SELECT notice_id, sealed FROM received_notice {where}", parameters)
           let content = database.Open(row.Sealed, Bound(row.Id))
           where content is not null
           select new HeardNotice(UnsafeByteOperations.UnsafeWrap(row.Id), ReceivedNoticeContent.Parser.ParseFrom(content)),
    ];

    static byte[] Bound(byte[] id) => [.. "received notice "u8, .. id];
}
