using Dapper;
using Exchange.Hosting.Storage;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Gateway.Mail;

/// <summary>Letters and mailboxes.</summary>
public sealed class LetterStore(MailFile file)
{
    /// <summary>Of letters that wait: at all, and of one requester.</summary>
    public const int Most = 100_000, MostOfOne = 10_000;

    const string Columns = "request_id, requester, provider, state, submitted, expires, lent, letter, given, outcome, reason, answer, log_from, receipt";

    public long Waiting() => file.Ask(one => one.ExecuteScalar<long>("SELECT count(*) FROM letter WHERE state = 1"));

    /// <summary>How many of the requester's wait, or have an end that it has not taken.</summary>
    public long CountOf(string requester) => file.Ask(one => one.ExecuteScalar<long>("SELECT count(*) FROM letter WHERE requester = @requester", new { requester }));

    public long Count() => file.Ask(one => one.ExecuteScalar<long>("SELECT count(*) FROM letter"));

    public KeptLetter? Find(ByteString requestId) =>
        Letters($"SELECT {Columns} FROM letter WHERE request_id = @id", new { id = requestId.ToByteArray() }).SingleOrDefault();

    /// <summary>Those that nobody has collected lately, the oldest first.</summary>
    public IReadOnlyList<KeptLetter> ToLend(string provider, DateTimeOffset now, int most) => Letters(
        $"SELECT {Columns} FROM letter WHERE state = 1 AND provider = @provider AND lent_until <= @now AND expires > @now ORDER BY submitted LIMIT @most", new { provider, now = now.ToUnixTimeMilliseconds(), most });

    public IReadOnlyList<KeptLetter> SettledOf(string requester, int most) =>
        Letters($"SELECT {Columns} FROM letter WHERE requester = @requester AND state = 3 ORDER BY submitted LIMIT @most", new { requester, most });

    public IReadOnlyList<KeptLetter> Expired(DateTimeOffset now, int most) =>
        Letters($"SELECT {Columns} FROM letter WHERE state = 1 AND expires <= @now ORDER BY expires LIMIT @most", new { now = now.ToUnixTimeMilliseconds(), most });

    public IReadOnlyList<KeptLetter> Unlogged(int most) => Letters($"SELECT {Columns} FROM letter WHERE state = 2 LIMIT @most", new { most });

    /// <summary>Unless there is one of its id; whose, is to be looked up.</summary>
    /// <exception cref="StoreException">It is not kept, or that is not known.</exception>
    public void Add(KeptLetter letter) => file.Write(
        "INSERT OR IGNORE INTO letter (request_id, requester, provider, state, submitted, expires, letter) VALUES (@id, @requester, @provider, 1, @submitted, @expires, @bytes)",
        new
        {
            id = letter.RequestId.ToByteArray(),
            requester = letter.Requester,
            provider = letter.Provider,
            submitted = letter.Submitted.ToUnixTimeMilliseconds(),
            expires = letter.Expires.ToUnixTimeMilliseconds(),
            bytes = letter.Letter.ToByteArray(),
        });

    /// <exception cref="StoreException">It is not kept.</exception>
    public void Lend(IEnumerable<(KeptLetter Letter, Grant Grant, DateTimeOffset Until)> lent) => file.Write(
        "UPDATE letter SET lent_until = @until, lent = lent + 1, given = @given WHERE request_id = @id AND state = 1",
        lent.Select(one => new { id = one.Letter.RequestId.ToByteArray(), until = one.Until.ToUnixTimeMilliseconds(), given = one.Grant.ToByteArray() }).ToArray());

    /// <summary>Its provider is there and cannot answer it now.</summary>
    /// <exception cref="StoreException">It is not kept.</exception>
    public void PutOff(ByteString requestId, DateTimeOffset until) => file.Write(
        "UPDATE letter SET lent_until = @until, lent = 0 WHERE request_id = @id AND state = 1", new { id = requestId.ToByteArray(), until = until.ToUnixTimeMilliseconds() });

    /// <summary>Its state and its end, as the letter has them now.</summary>
    /// <exception cref="StoreException">It is not kept.</exception>
    public void Keep(KeptLetter letter) => file.Write(
        "UPDATE letter SET state = @state, letter = @bytes, outcome = @outcome, reason = @reason, answer = @answer, log_from = @from, receipt = @receipt WHERE request_id = @id",
        new
        {
            id = letter.RequestId.ToByteArray(),
            state = (int)letter.State,
            bytes = letter.Letter.ToByteArray(),
            outcome = (int)letter.Outcome,
            reason = (int)letter.Reason,
            answer = letter.Answer?.ToByteArray(),
            from = letter.LogFrom,
            receipt = letter.Receipt?.ToByteArray(),
        });

    /// <summary>Those that have an end, of this requester alone.</summary>
    /// <exception cref="StoreException">They are all there yet.</exception>
    public void Forget(string requester, IEnumerable<ByteString> requestIds) => file.Write(
        "DELETE FROM letter WHERE request_id = @id AND requester = @requester AND state = 3", requestIds.Select(id => new { id = id.ToByteArray(), requester }).ToArray());

    /// <summary>What nobody has taken.</summary>
    /// <exception cref="StoreException">They are all there yet.</exception>
    public void ForgetBefore(DateTimeOffset expiry) => file.Write("DELETE FROM letter WHERE state = 3 AND expires < @before", new { before = expiry.ToUnixTimeMilliseconds() });

    public Mailbox? Mailbox(string agency) =>
        file.Ask(one => one.QuerySingleOrDefault<byte[]>("SELECT mailbox FROM mailbox WHERE agency = @agency", new { agency })) is { } bytes ? V1.Mailbox.Parser.ParseFrom(bytes) : null;

    /// <summary>Unless a newer one is there.</summary>
    /// <exception cref="StoreException">It is not kept.</exception>
    public void Keep(Mailbox mailbox) => file.Write(
        "INSERT INTO mailbox (agency, issued, mailbox) VALUES (@agency, @issued, @bytes) ON CONFLICT (agency) DO UPDATE SET issued = excluded.issued, mailbox = excluded.mailbox WHERE excluded.issued >= issued",
        new { agency = mailbox.Agency, issued = mailbox.IssuedAtUnixMs, bytes = mailbox.ToByteArray() });

    sealed record Row(byte[] Request_id, string Requester, string Provider, long State, long Submitted, long Expires, long Lent, byte[] Letter, byte[]? Given, long Outcome, long Reason, byte[]? Answer, long Log_from, byte[]? Receipt);

    List<KeptLetter> Letters(string sql, object parameters) => file.Ask(one => one.Query<Row>(sql, parameters).Select(row => new KeptLetter
    {
        RequestId = UnsafeByteOperations.UnsafeWrap(row.Request_id),
        Requester = row.Requester,
        Provider = row.Provider,
        State = (LetterState)row.State,
        Submitted = DateTimeOffset.FromUnixTimeMilliseconds(row.Submitted),
        Expires = DateTimeOffset.FromUnixTimeMilliseconds(row.Expires),
        Lent = (int)row.Lent,
        Letter = V1.Letter.Parser.ParseFrom(row.Letter),
        Grant = row.Given is { } given ? V1.Grant.Parser.ParseFrom(given) : null,
        Outcome = (AuditOutcome)row.Outcome,
        Reason = (Reason)row.Reason,
        Answer = row.Answer is { } answer ? AnswerLetter.Parser.ParseFrom(answer) : null,
        LogFrom = row.Log_from,
        Receipt = row.Receipt is { } receipt ? V1.Receipt.Parser.ParseFrom(receipt) : null,
    }).ToList());
}
