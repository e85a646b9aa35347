using Dapper;
using Exchange.Hosting.Storage;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Gateway.Mail;

/// <summary>Notices and how far they are.</summary>
public sealed class NoticeStore(MailFile file)
{
    /// <summary>Of notices that wait for their recipients: at all, and of one sender; and those of one sender of which it has yet to hear the end.</summary>
    public const int Most = 100_000, MostOfOne = 10_000, MostUnheard = 100_000;

    const string Columns = "n.notice_id, n.sender, n.recipient, n.data_set, n.submitted, n.expires, n.digest";

    const string StageColumns = Columns + ", s.stage, s.reached, s.reply, s.commitment, s.log_from, s.logged";

    const string Stages = "FROM notice_stage s JOIN notice n ON n.notice_id = s.notice_id";

    const string AddStage = "INSERT INTO notice_stage (notice_id, stage, reached, reply, commitment, log_from) VALUES (@id, @stage, @reached, @reply, @commitment, @from)";

    /// <summary>Whether no more of this sender are taken.</summary>
    public bool IsFull(string sender) => file.Ask(one => one.QuerySingle<(long Waiting, long Unheard, long All)>(
        "SELECT (SELECT count(*) FROM notice WHERE sender = @sender AND notice IS NOT NULL), (SELECT count(*) FROM notice WHERE sender = @sender), (SELECT count(*) FROM notice WHERE notice IS NOT NULL)", new { sender }))
        is var count && (count.Waiting >= MostOfOne || count.Unheard >= MostUnheard || count.All >= Most);

    public KeptNotice? Find(ByteString noticeId) => file.Ask(one => one.Query<Row>($"SELECT {Columns} FROM notice n WHERE n.notice_id = @id", new { id = noticeId.ToByteArray() }).SingleOrDefault())?.ToNotice();

    public KeptStage? Find(ByteString noticeId, NoticeStage stage) =>
        StagesWhere("s.notice_id = @id AND s.stage = @stage", new { id = noticeId.ToByteArray(), stage = (int)stage }).SingleOrDefault();

    /// <summary>Those that wait for the agency, and are known to be in the log; what was brought longest ago first.</summary>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    public IReadOnlyList<Notice> Bring(string recipient, DateTimeOffset now, int most)
    {
        var found = file.Ask(one => one.Query<(byte[] Id, byte[] Notice)>("""
            SELECT n.notice_id, n.notice FROM notice n JOIN notice_stage s ON s.notice_id = n.notice_id AND s.stage = 1 AND s.logged = 1
            WHERE n.notice IS NOT NULL AND n.recipient = @recipient AND n.expires > @now ORDER BY n.brought, n.submitted LIMIT @most
            """, new { recipient, now = now.ToUnixTimeMilliseconds(), most }).ToList());
        if (found.Count > 0)
            file.Write("UPDATE notice SET brought = @now WHERE notice_id = @id", found.Select(one => new { id = one.Id, now = now.ToUnixTimeMilliseconds() }).ToArray());
        return [.. found.Select(one => Notice.Parser.ParseFrom(one.Notice))];
    }

    /// <summary>What the sender has not heard, the oldest first.</summary>
    public IReadOnlyList<KeptStage> Untaken(string sender, int most) =>
        StagesWhere("n.sender = @sender AND s.stage <> 1 AND s.logged = 1 AND s.taken = 0 ORDER BY s.reached LIMIT @most", new { sender, most });

    public IReadOnlyList<KeptStage> Unlogged(int most) => StagesWhere("s.logged = 0 LIMIT @most", new { most });

    /// <summary>Those that still wait at their expiry.</summary>
    public IReadOnlyList<KeptNotice> Expired(DateTimeOffset now, int most) => file.Ask(one => one.Query<Row>(
        $"SELECT {Columns} FROM notice n WHERE n.notice IS NOT NULL AND n.expires <= @now LIMIT @most", new { now = now.ToUnixTimeMilliseconds(), most }).Select(row => row.ToNotice()).ToList());

    /// <summary>With its first stage.</summary>
    /// <exception cref="StoreException">It is not kept.</exception>
    public void Add(KeptNotice kept, Notice notice, KeptStage stage) => file.Write(
        "INSERT INTO notice (notice_id, sender, recipient, data_set, submitted, expires, digest, notice) VALUES (@id, @sender, @recipient, @dataSet, @submitted, @expires, @digest, @notice); " + AddStage,
        Parameters(stage, new DynamicParameters(new
        {
            sender = kept.Sender,
            recipient = kept.Recipient,
            dataSet = kept.DataSet,
            submitted = kept.Submitted.ToUnixTimeMilliseconds(),
            expires = kept.Expires.ToUnixTimeMilliseconds(),
            digest = kept.Digest.ToByteArray(),
            notice = notice.ToByteArray(),
        })));

    /// <summary>A stage after the first: what was sealed is gone with it.</summary>
    /// <exception cref="StoreException">It is not kept.</exception>
    public void Add(KeptStage stage) => file.Write("UPDATE notice SET notice = NULL WHERE notice_id = @id; " + AddStage, Parameters(stage, new DynamicParameters()));

    /// <exception cref="StoreException">It is not kept.</exception>
    public void Logged(KeptStage stage) => file.Write(
        "UPDATE notice_stage SET logged = 1 WHERE notice_id = @id AND stage = @stage", new { id = stage.Notice.NoticeId.ToByteArray(), stage = (int)stage.Stage });

    /// <summary>Of this sender alone.</summary>
    /// <exception cref="StoreException">They are as they were.</exception>
    public void Take(string sender, IEnumerable<TakenStage> taken)
    {
        var rows = taken.Where(one => one.NoticeId.Length == 16).Select(one => new { id = one.NoticeId.ToByteArray(), stage = (int)one.Stage, sender, last = one.IsLast }).ToArray();
        const string own = "notice_id = (SELECT notice_id FROM notice WHERE notice_id = @id AND sender = @sender)";
        file.Write($"UPDATE notice_stage SET taken = 1 WHERE {own} AND stage = @stage", rows);
        file.Write($"DELETE FROM notice WHERE notice_id = @id AND sender = @sender AND notice IS NULL AND NOT EXISTS (SELECT 1 FROM notice_stage WHERE {own} AND logged = 0)", rows.Where(one => one.last).ToArray());
    }

    /// <exception cref="StoreException">They are all there yet.</exception>
    public void ForgetBefore(DateTimeOffset expiry) => file.Write(
        "DELETE FROM notice WHERE expires < @before AND NOT EXISTS (SELECT 1 FROM notice_stage s WHERE s.notice_id = notice.notice_id AND s.logged = 0)", new { before = expiry.ToUnixTimeMilliseconds() });

    static DynamicParameters Parameters(KeptStage stage, DynamicParameters parameters)
    {
        parameters.AddDynamicParams(new
        {
            id = stage.Notice.NoticeId.ToByteArray(),
            stage = (int)stage.Stage,
            reached = stage.Reached.ToUnixTimeMilliseconds(),
            reply = stage.Reply?.ToByteArray(),
            commitment = stage.Commitment.ToByteArray(),
            from = stage.LogFrom,
        });
        return parameters;
    }

    List<KeptStage> StagesWhere(string where, object parameters) => file.Ask(one => one.Query<StageRow>($"SELECT {StageColumns} {Stages} WHERE {where}", parameters).Select(row => row.ToStage()).ToList());

    sealed record Row(byte[] Notice_id, string Sender, string Recipient, string Data_set, long Submitted, long Expires, byte[] Digest)
    {
        public KeptNotice ToNotice() => new(
            UnsafeByteOperations.UnsafeWrap(Notice_id), Sender, Recipient, Data_set, DateTimeOffset.FromUnixTimeMilliseconds(Submitted), DateTimeOffset.FromUnixTimeMilliseconds(Expires),
            UnsafeByteOperations.UnsafeWrap(Digest));
    }

    sealed record StageRow(
        byte[] Notice_id, string Sender, string Recipient, string Data_set, long Submitted, long Expires, byte[] Digest, long Stage, long Reached, byte[]? Reply, byte[] Commitment, long Log_from, long Logged)
    {
        public KeptStage ToStage() => new(
            new Row(Notice_id, Sender, Recipient, Data_set, Submitted, Expires, Digest).ToNotice(), (NoticeStage)Stage, DateTimeOffset.FromUnixTimeMilliseconds(Reached),
            Reply is null ? null : NoticeReply.Parser.ParseFrom(Reply), UnsafeByteOperations.UnsafeWrap(Commitment), Log_from, Logged == 1);
    }
}
