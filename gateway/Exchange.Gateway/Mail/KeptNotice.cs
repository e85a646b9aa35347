using System.Security.Cryptography;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Gateway.Mail;

/// <summary>A notice as the hub's store has it.</summary>
public sealed record KeptNotice(ByteString NoticeId, string Sender, string Recipient, string DataSet, DateTimeOffset Submitted, DateTimeOffset Expires, ByteString Digest)
{
    public static KeptNotice Of(NoticeHeader header, Notice notice, DateTimeOffset now) => new(
        header.NoticeId, header.Sender, header.Recipient, header.DataSet, now, DateTimeOffset.FromUnixTimeMilliseconds(header.ExpiryUnixMs), DigestOf(notice));

    /// <summary>The same notice, by what its sender is committed to.</summary>
    public static ByteString DigestOf(Notice notice) => ByteString.CopyFrom(SHA256.HashData([.. notice.Header.Span, .. notice.Commitment.Span]));
}

/// <summary>A stage that a notice has reached.</summary>
/// <param name="Reply">Of the recipient; null where it had no part in it.</param>
/// <param name="LogFrom">The log's size before the entry was added.</param>
public sealed record KeptStage(KeptNotice Notice, NoticeStage Stage, DateTimeOffset Reached, NoticeReply? Reply, ByteString Commitment, long LogFrom, bool IsLogged)
{
    public AuditEntry Entry(DateTimeOffset now) => new()
    {
        TimeUnixMs = now.ToUnixTimeMilliseconds(),
        Notice = new NoticeEvent
        {
            NoticeId = Notice.NoticeId,
            Sender = Notice.Sender,
            Recipient = Notice.Recipient,
            DataSet = Notice.DataSet,
            Stage = Stage,
            Commitment = Commitment,
        },
    };
}
