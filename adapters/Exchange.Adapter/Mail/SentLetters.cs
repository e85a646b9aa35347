using Exchange.Adapter.Asking;
using Exchange.Protocol.Mail;
using Exchange.V1;
using Google.Protobuf;
using Microsoft.Data.Sqlite;

namespace Exchange.Adapter.Mail;

/// <summary>A letter of this agency. About a person.</summary>
public sealed record SentLetter(ByteString RequestId, SentContent Content)
{
    public DateTimeOffset Expires => DateTimeOffset.FromUnixTimeMilliseconds(Content.ExpiryUnixMs);

    /// <summary>What was asked, as of any lookup.</summary>
    public AskRequest ToRequest() => new(
        Content.Person, Content.Provider, Content.Task, Content.DataSet, Content.Question.Query, Content.Question.Official, Content.Question.CaseId, null, Content.Question.PageToken)
    {
        Predicates = Content.Question.Predicates,
        Consent = Content.Question.Consent,
        Identity = Content.Question.Identity,
        Ticket = Content.Question.Ticket,
    };

    /// <summary>Whether this is what it asks. A ticket is this agency's own, and comes and goes with what was pending.</summary>
    public bool IsOf(AskRequest request, TimeSpan wait) =>
        (Content.Person, Content.AskedOf, Content.Task, Content.DataSet) == (request.Person, request.Provider, request.Task, request.DataSet)
        && Content.ExpiryUnixMs - Content.SubmittedUnixMs == (long)wait.TotalMilliseconds
        && Content.Question.Equals(QuestionSealer.Said(request with { Ticket = Content.Question.Ticket }));

    /// <summary>As it was sealed.</summary>
    public SealedLetter ToSealed() => SealedLetter.Kept(Content.Letter, Content.Message);

    /// <summary>What came of it; null while it waits.</summary>
    public AskOutcome? ToOutcome() => Content.State switch
    {
        SentState.Refused => AskOutcome.Refused(Content.Refusal) with { Provider = Content.Provider, Kind = LookupKind.Mail, Took = Took, IsRefusedSealed = Content.Status != AnswerStatus.Unspecified },
        SentState.Answered => new AskOutcome
        {
            Provider = Content.Provider,
            Status = Content.Status,
            Record = Content.Answer.Record,
            Verdicts = Content.Answer.Verdicts,
            IdentityChecked = Content.Answer.IdentityChecked,
            Withheld = Content.Answer.Withheld,
            Freshness = Content.Answer.Freshness,
            NextPage = Content.Answer.NextPage,
            Receipts = Content.Receipt is { } receipt ? [receipt] : [],
            Kind = LookupKind.Mail,
            Took = Took,
        },
        _ => null,
    };

    TimeSpan Took => TimeSpan.FromMilliseconds(Content.SettledUnixMs - Content.SubmittedUnixMs);

    public override string ToString() => $"{nameof(SentLetter)} {Convert.ToHexStringLower(RequestId.Span)}";
}

/// <summary>Letters of this agency, those that wait and those that have an end, until whoever asked has let them go.</summary>
public sealed class SentLetters(MailDatabase database, TimeProvider time)
{
    /// <summary>Letters at all, and of one system: none takes the room of all others.</summary>
    public const int Most = 10_000, MostOfOne = Most / 2;

    /// <summary>After its expiry, whoever asked or not.</summary>
    static readonly TimeSpan keptFor = TimeSpan.FromDays(30);

    public int Count => (int)database.Read<long>("SELECT count(*) FROM letter")[0];

    public int CountOf(string caller) => (int)database.Read<long>("SELECT count(*) FROM letter WHERE caller = @caller", new { caller = Name(caller) })[0];

    /// <summary>A letter that is new, unless the caller has left it before.</summary>
    /// <param name="key">By which the caller tells repetitions of one letter; empty: it is never one.</param>
    /// <returns>The letter of before; null when this one is kept.</returns>
    /// <exception cref="SqliteException">It is not kept, or that is not known.</exception>
    public SentLetter? Add(SentLetter letter, string key)
    {
        var id = letter.RequestId.ToByteArray();
        var once = key.Length == 0 ? null : Once(letter.Content.Caller, key);
        var row = new { id, caller = Name(letter.Content.Caller), state = (int)letter.Content.State, submitted = letter.Content.SubmittedUnixMs, expires = letter.Content.ExpiryUnixMs, row = database.Seal(letter.Content, id), once };
        while (database.Write(
            "INSERT INTO letter (request_id, caller, state, submitted_unix_ms, expires_unix_ms, sealed, once) VALUES (@id, @caller, @state, @submitted, @expires, @row, @once) ON CONFLICT (once) DO NOTHING", row) == 0)
        {
            if (Find(letter.Content.Caller, key) is { } before)
                return before;
            // It was let go of meanwhile; or was sealed with another key file, and opens no more.
            foreach (var (other, content) in database.Read<(byte[] Id, byte[] Sealed)>("SELECT request_id, sealed FROM letter WHERE once = @once", new { once }))
                if (database.Open(content, other) is null)
                    database.Write("DELETE FROM letter WHERE request_id = @other", new { other });
        }
        return null;
    }

    /// <summary>The letter that the caller left under this key.</summary>
    public SentLetter? Find(string caller, string key) => key.Length == 0 ? null : Letters("WHERE once = @once", new { once = Once(caller, key) }).SingleOrDefault();

    /// <summary>A letter that has come further meanwhile, or was let go of, stays so: its answer may be here before the call that left it has returned.</summary>
    /// <exception cref="SqliteException">It is not kept.</exception>
    public void Keep(SentLetter letter)
    {
        var id = letter.RequestId.ToByteArray();
        database.Write(
            "UPDATE letter SET state = @state, sealed = @row WHERE request_id = @id AND state <= @state", new { id, state = (int)letter.Content.State, row = database.Seal(letter.Content, id) });
    }

    /// <summary>What a hub says became of it. It stands over what this agency thought when it gave the letter up.</summary>
    /// <exception cref="SqliteException">It is not kept.</exception>
    public void Settle(SentLetter letter)
    {
        var id = letter.RequestId.ToByteArray();
        database.Write(
            "UPDATE letter SET state = @state, sealed = @row WHERE request_id = @id", new { id, state = (int)letter.Content.State, row = database.Seal(letter.Content, id) });
    }

    /// <summary>One that never left, for whoever was told that it did not.</summary>
    /// <exception cref="SqliteException">It is there yet.</exception>
    public void Withdraw(ByteString requestId) => database.Write(
        "DELETE FROM letter WHERE request_id = @id AND state = @leaving", new { id = requestId.ToByteArray(), leaving = (int)SentState.Leaving });

    /// <exception cref="SqliteException">It is there yet.</exception>
    public void Forget(ByteString requestId) => database.Write("DELETE FROM letter WHERE request_id = @id", new { id = requestId.ToByteArray() });

    public SentLetter? Find(ByteString requestId) =>
        requestId.Length == 16 ? Letters("WHERE request_id = @id", new { id = requestId.ToByteArray() }).SingleOrDefault() : null;

    /// <summary>The oldest first.</summary>
    public IReadOnlyList<SentLetter> Of(SentState state) => Letters("WHERE state = @state ORDER BY submitted_unix_ms", new { state = (int)state });

    /// <summary>Of the caller, the oldest first.</summary>
    /// <param name="settled">Only those that have an end.</param>
    public IReadOnlyList<SentLetter> Of(string caller, bool settled, int most) => Letters(
        "WHERE caller = @caller AND state >= @least ORDER BY submitted_unix_ms LIMIT @most", new { caller = Name(caller), least = (int)(settled ? SentState.Answered : SentState.Leaving), most });

    /// <summary>What expired long ago.</summary>
    /// <exception cref="SqliteException">They are there yet.</exception>
    public void Purge() => database.Write(
        "DELETE FROM letter WHERE expires_unix_ms < @before", new { before = (time.GetUtcNow() - keptFor - MailRules.LongestWait).ToUnixTimeMilliseconds() });

    byte[] Once(string caller, string key) => database.Name("once", caller, key);

    byte[] Name(string caller) => database.Name("caller", caller);

    List<SentLetter> Letters(string where, object? parameters) =>
    [
        .. from row in database.Read<(byte[] Id, byte[] Sealed)>($"SELECT request_id, sealed FROM letter {where}", parameters)
           let content = database.Open(row.Sealed, row.Id)
           // Sealed with another key file: its answer can be opened no more either.
           where content is not null
           select new SentLetter(UnsafeByteOperations.UnsafeWrap(row.Id), SentContent.Parser.ParseFrom(content)),
    ];
}
