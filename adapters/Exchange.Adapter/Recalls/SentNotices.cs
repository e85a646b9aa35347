using Exchange.Adapter.Mail;
using Exchange.V1;
using Google.Protobuf;
using Microsoft.Data.Sqlite;

namespace Exchange.Adapter.Recalls;

/// <summary>Notices of this agency and how far each is.</summary>
public sealed class SentNotices(MailDatabase database, TimeProvider time)
{
    /// <exception cref="SqliteException">It is not kept.</exception>
    public void Keep(OwnNotice notice)
    {
        var id = notice.Id.ToByteArray();
        database.Write(
            "INSERT INTO sent_notice (notice_id, reference, state, made_unix_ms, sealed) VALUES (@id, @reference, @state, @made, @row) ON CONFLICT (notice_id) DO UPDATE SET state = excluded.state, sealed = excluded.sealed",
            new { id, reference = notice.Content.Reference.ToByteArray(), state = (int)notice.Content.State, made = time.GetUtcNow().ToUnixTimeMilliseconds(), row = database.Seal(notice.Content, Bound(id)) });
    }

    public OwnNotice? Find(ByteString id) => id.Length == 16 ? Notices("WHERE notice_id = @id", new { id = id.ToByteArray() }).SingleOrDefault() : null;

    /// <summary>Of one recall or correction, in the order in which they were made.</summary>
    public IReadOnlyList<OwnNotice> Of(ByteString reference) => Notices("WHERE reference = @reference ORDER BY made_unix_ms, notice_id", new { reference = reference.ToByteArray() });

    /// <summary>Those that no hub has said that it has, the oldest first.</summary>
    public IReadOnlyList<OwnNotice> Leaving => Notices("WHERE state = 1 ORDER BY made_unix_ms", null);

    List<OwnNotice> Notices(string where, object? parameters) =>
    [
        .. from row in database.Read<(byte[] Id, byte[] Sealed)>($"SELECT notice_id, sealed FROM sent_notice {where}", parameters)
           let content = database.Open(row.Sealed, Bound(row.Id))
           where content is not null
           select new OwnNotice(UnsafeByteOperations.UnsafeWrap(row.Id), SentNoticeContent.Parser.ParseFrom(content)),
    ];

    static byte[] Bound(byte[] id) => [.. "sent notice "u8, .. id];
}
