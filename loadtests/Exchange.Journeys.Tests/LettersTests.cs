using Agency.V1;
using Dapper;
using Exchange.Adapter.Mail;
using Exchange.Adapter.Protection;
using Exchange.Gateway.Mail;
using Exchange.Journeys.Tests.Running;
using Exchange.Protocol.Lookups;
using Exchange.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.Data.Sqlite;
using Records.History.V1;
using Records.Tax.V1;
using Letter = Agency.V1.Letter;
using SubmitRequest = Agency.V1.SubmitRequest;
using CollectRequest = Agency.V1.CollectRequest;

namespace Exchange.Journeys.Tests;

/// <summary>A town asks while the tax agency is away, as docs/how-to/ask-by-letter.md says. One test after another; each leaves everybody connected.</summary>
public sealed class LettersTests(LettersTests.Own own) : IClassFixture<LettersTests.Own>
{
    public sealed class Own : OwnExchange;

    const string Chiyoda = RunningExchange.Chiyoda, Tax = RunningExchange.Tax;

    readonly RunningExchange exchange = own.Exchange;

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_question_waits_until_its_provider_is_back_and_is_answered_once()
    {
        var who = exchange.ChiyodaResident(1);
        await MailboxesKnown();
        await exchange.Parts.StopAgency(Tax);
        Letter left;
        using (var system = new LocalSystem(exchange, Chiyoda))
        {
            left = await Submit(system, who.TownKey);
            Assert.Equal(("WAITING", Tax, who.TownKey), (left.State, left.Provider, left.Person));
            // Nothing is said of it yet, at either.
            Assert.Equal("WAITING", (await Find(system, left.Id)).State);
        }
        await Back(Tax);

        using var later = new LocalSystem(exchange, Chiyoda);
        var letter = await Settled(later, left.Id);
        Assert.Equal(("ANSWERED", Agency.V1.Status.Found, "MAIL"), (letter.State, letter.Answer.Status, letter.Answer.Journey.Kind));
        Assert.Equal(who.TotalIncome, letter.Answer.Record.Unpack<IncomeStatement>().TotalIncome);
        Assert.Equal(left.Id, letter.Answer.Receipt.RequestId);

        // One entry each, and they agree.
        var id = ByteString.CopyFrom(Convert.FromHexString(left.Id));
        var logged = await exchange.Logged(id);
        Assert.Equal((AuditOutcome.Answered, LookupKind.Mail), (logged.Outcome, logged.Kind));
        var asked = Assert.Single(exchange.Journal(Chiyoda).Asked.Find(id));
        var answered = Assert.Single(exchange.Journal(Tax).Answered.Find(id));
        Assert.Equal((logged.QuestionCommitment, logged.AnswerCommitment), (asked.QuestionCommitment, asked.AnswerCommitment));
        Assert.Equal((logged.QuestionCommitment, logged.AnswerCommitment), (answered.QuestionCommitment, answered.AnswerCommitment));

        // The hub keeps nothing of it; the town keeps it until it lets go.
        await RunningExchange.Until(() => exchange.Hub<LetterStore>().Find(id) is null);
        Assert.Equal(1u, (await Desk(later).ForgetAsync(new ForgetRequest { Ids = { left.Id } }, later.Headers(), cancellationToken: Stop)).Forgotten);
        var gone = await Assert.ThrowsAsync<RpcException>(() => Find(later, left.Id));
        Assert.Equal(StatusCode.NotFound, gone.StatusCode);
    }

    [Fact]
    public async Task A_letter_outlives_restarts_of_town_hub_and_provider()
    {
        var who = exchange.ChiyodaResident(2);
        await MailboxesKnown();
        await exchange.Parts.StopAgency(Tax);
        string id;
        using (var system = new LocalSystem(exchange, Chiyoda))
            id = (await Submit(system, who.TownKey)).Id;
        await exchange.Parts.StopAgency(Chiyoda);
        await exchange.Parts.StopHub();
        await exchange.Parts.StartHub();
        await exchange.Parts.StartAgency(Chiyoda);
        await Back(Tax);

        using var again = new LocalSystem(exchange, Chiyoda);
        var letter = await Settled(again, id);
        Assert.Equal(who.TotalIncome, letter.Answer.Record.Unpack<IncomeStatement>().TotalIncome);
        await exchange.Logged(ByteString.CopyFrom(Convert.FromHexString(id)));
    }

    [Fact]
    public async Task A_letter_that_is_lent_again_after_its_provider_died_gets_the_answer_of_the_journal()
    {
        var who = exchange.ChiyodaResident(3);
        await MailboxesKnown();
        await exchange.Parts.StopAgency(Tax);
        ByteString id;
        using (var system = new LocalSystem(exchange, Chiyoda))
            id = ByteString.CopyFrom(Convert.FromHexString((await Submit(system, who.TownKey)).Id));
        // Away, so that the hub has the answer for as long as it is looked at here.
        await exchange.Parts.StopAgency(Chiyoda);
        // Collected and answered into the journal, and then the process died before the hub had it.
        var lent = Assert.Single((await exchange.Hub<LetterRoom>().Collect(Tax))!.Letters);
        await exchange.Parts.StartAgency(Tax);
        await exchange.Parts.UntilConnected();
        var first = await exchange.At<LetterAnswers>(Tax).Answer(lent);
        var second = await exchange.At<LetterAnswers>(Tax).Answer(lent);

        Assert.Equal(first!.Answer.Answer.Commitment, second!.Answer.Answer.Commitment);
        Assert.NotEqual(first.Answer.Answer.Ciphertext, second.Answer.Answer.Ciphertext);
        Assert.Single(exchange.Journal(Tax).Answered.Find(id));
        var (receipt, refusal) = await exchange.Hub<LetterRoom>().Answer(Tax, second);
        Assert.Null(refusal);
        // The same once more gets the same receipt; another answer none.
        Assert.Equal(receipt, (await exchange.Hub<LetterRoom>().Answer(Tax, first)).Receipt);
        var other = first.Clone();
        other.Answer.Answer.Commitment = ByteString.CopyFrom(new byte[32]);
        Assert.Equal(Reason.DuplicateId, (await exchange.Hub<LetterRoom>().Answer(Tax, other)).Refusal?.Reason);
        await Back(Chiyoda);
        using var town = new LocalSystem(exchange, Chiyoda);
        Assert.Equal(Agency.V1.Status.Found, (await Settled(town, Hex(id))).Answer.Status);
        await exchange.Logged(id);
    }

    [Fact]
    public async Task Somebody_whom_nobody_holds_is_answered_so_and_what_may_not_be_asked_is_refused_at_once()
    {
        var unknown = exchange.Folder.Residents.Single(one => one.IsUnknownToTax);
        using var town = new LocalSystem(exchange, unknown.Town);
        await MailboxesKnown();
        var letter = await Settled(town, (await Submit(town, unknown.TownKey)).Id);
        Assert.Equal(Agency.V1.Status.NotFound, letter.Answer.Status);

        Assert.Equal(StatusCode.NotFound, (await Assert.ThrowsAsync<RpcException>(() => Submit(town, "nobody"))).StatusCode);
        var tooLong = await Assert.ThrowsAsync<RpcException>(() => Submit(town, unknown.TownKey, TimeSpan.FromDays(15)));
        Assert.Contains("'wait' must be from 1 minute to 14 days", tooLong.Status.Detail, StringComparison.Ordinal);
        var notGranted = await Assert.ThrowsAsync<RpcException>(() => Submit(town, unknown.TownKey, provider: RunningExchange.Osaka));
        Assert.Equal(StatusCode.PermissionDenied, notGranted.StatusCode);
    }

    [Fact]
    public async Task Another_system_of_the_town_sees_nothing_of_it_and_lets_go_of_none()
    {
        using var town = new LocalSystem(exchange, Chiyoda);
        await MailboxesKnown();
        var id = (await Submit(town, exchange.ChiyodaResident(4).TownKey)).Id;
        var sent = exchange.At<SentLetters>(Chiyoda);
        await Settled(town, id);
        Assert.Empty(sent.Of("another-system", settled: false, 10));
        Assert.Single(sent.Of(exchange.Folder.Agency(Chiyoda).Caller, settled: true, 10), one => Hex(one.RequestId) == id);
    }

    [Fact]
    public async Task The_same_letter_left_once_more_under_its_key_is_one_letter_also_when_both_arrive_at_once()
    {
        var who = exchange.ChiyodaResident(5).TownKey;
        await MailboxesKnown();
        using var town = new LocalSystem(exchange, Chiyoda);
        var left = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Submit(town, who, key: "case-5/income")));

        var id = Assert.Single(left.Select(one => one.Id).Distinct());
        await Settled(town, id);
        Assert.Equal("ANSWERED", (await Submit(town, who, key: "case-5/income")).State);
        Assert.Single(exchange.Journal(Chiyoda).Asked.Find(ByteString.CopyFrom(Convert.FromHexString(id))));
        var other = await Assert.ThrowsAsync<RpcException>(() => Submit(town, exchange.ChiyodaResident(6).TownKey, key: "case-5/income"));
        Assert.Contains("'idempotency_key' was given with another letter", other.Status.Detail, StringComparison.Ordinal);
        var tooLong = await Assert.ThrowsAsync<RpcException>(() => Submit(town, who, key: new string('k', 101)));
        Assert.Contains("more than 100 characters", tooLong.Status.Detail, StringComparison.Ordinal);
        Assert.Contains("'idempotency_key'", (await Assert.ThrowsAsync<RpcException>(() => Submit(town, who, TimeSpan.FromDays(1), key: "case-5/income"))).Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_repeats_a_letter_that_is_being_refused_hears_so_and_may_leave_it_once_more()
    {
        var who = exchange.ChiyodaResident(8).TownKey;
        await MailboxesKnown();
        using var town = new LocalSystem(exchange, Chiyoda);
        await exchange.Parts.StopHub();
        // One of them does not wait for its answer.
        using var impatient = new CancellationTokenSource(TimeSpan.FromMilliseconds(1));
        var gone = Desk(town).SubmitAsync(Request(who, key: "case-8/income"), town.Headers(), cancellationToken: impatient.Token).ResponseAsync;
        var refused = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ => (await Assert.ThrowsAsync<RpcException>(() => Submit(town, who, key: "case-8/income"))).StatusCode));
        await Assert.ThrowsAsync<RpcException>(() => gone);
        Assert.Equal([StatusCode.Unavailable], refused.Distinct());
        await RunningExchange.Until(() => exchange.At<SentLetters>(Chiyoda).Find(exchange.Folder.Agency(Chiyoda).Caller, "case-8/income") is null);

        await exchange.Parts.StartHub();
        await exchange.Parts.UntilConnected();
        await MailboxesKnown();
        Assert.Equal("ANSWERED", (await Settled(town, (await Submit(town, who, key: "case-8/income")).Id)).State);
    }

    [Fact]
    public async Task A_history_that_was_to_be_told_by_letter_is_not_told_again_once_it_is_hidden()
    {
        var who = exchange.ChiyodaResident(9);
        await MailboxesKnown();
        using var town = new LocalSystem(exchange, Chiyoda);
        await exchange.Parts.StopAgency(Tax);
        var request = Request(who.TownKey);
        (request.Lookup.Task, request.Lookup.DataSet, request.Lookup.Question) = (HistoryTests.Task, "tax.history.v1", Any.Pack(new HistoryQuestion()));
        var id = ByteString.CopyFrom(Convert.FromHexString((await Desk(town).SubmitAsync(request, town.Headers(), cancellationToken: Stop)).Id));
        var lent = Assert.Single((await exchange.Hub<LetterRoom>().Collect(Tax))!.Letters, one => Headers.TryParse(one.Letter.Question.Header, out var header, out _) && header.RequestId == id);
        await Back(Tax);
        var answers = exchange.At<LetterAnswers>(Tax);
        var told = await answers.Answer(lent);
        Assert.Equal(told!.Answer.Answer.Commitment, (await answers.Answer(lent))!.Answer.Answer.Commitment);

        exchange.At<ProtectedPeople>(Tax).Mark(who.TaxKey, needsApproval: false, hidesHistory: true, "mori", "desk");
        var after = await answers.Answer(lent);

        Assert.NotEqual(told.Answer.Answer.Commitment, after!.Answer.Answer.Commitment);
        Assert.Null((await exchange.Hub<LetterRoom>().Answer(Tax, after)).Refusal);
        Assert.Equal(Agency.V1.Status.NotFound, (await Settled(town, Hex(id))).Answer.Status);
        Assert.Null(exchange.At<ProtectedPeople>(Tax).Lift(who.TaxKey, "mori", "desk", out _));
    }

    [Theory]
    [InlineData("BEFORE INSERT", "none is taken")]
    [InlineData("AFTER INSERT", "none is taken")]
    [InlineData("BEFORE UPDATE", "LEAVING")]
    [InlineData("AFTER UPDATE", "LEAVING")]
    public async Task A_letter_that_the_towns_store_fails_at_is_not_taken_and_never_leaves_or_leaves_as_was_said(string when, string said)
    {
        var who = exchange.ChiyodaResident(7).TownKey;
        await MailboxesKnown();
        using var town = new LocalSystem(exchange, Chiyoda);
        var sent = exchange.At<SentLetters>(Chiyoda);
        var before = sent.Of(exchange.Folder.Agency(Chiyoda).Caller, settled: false, 1000).Select(one => one.RequestId).ToHashSet();
        Letter? letter = null;
        // FAIL: what the statement did before stays, so that AFTER is a write that failed and is there all the same.
        await using (var broken = new Triggers(exchange.At<Adapter.AdapterOptions>(Chiyoda).MailFile))
        {
            broken.Add($"CREATE TRIGGER broken {when} ON letter BEGIN SELECT RAISE(FAIL, 'disk'); END");
            if (said == "LEAVING")
                letter = await Submit(town, who);
            else
                Assert.Contains(said, (await Assert.ThrowsAsync<RpcException>(() => Submit(town, who))).Status.Detail, StringComparison.Ordinal);
            Assert.Equal(letter is null ? null : said, letter?.State);
        }

        await exchange.At<LetterCarrier>(Chiyoda).GoRound(Stop);
        if (letter is not null)
            Assert.Equal("ANSWERED", (await Settled(town, letter.Id)).State);
        else
            Assert.DoesNotContain(sent.Of(exchange.Folder.Agency(Chiyoda).Caller, settled: false, 1000), one => !before.Contains(one.RequestId));
    }

    /// <summary>What a store does at a write, until it is taken back.</summary>
    sealed class Triggers(string path) : IAsyncDisposable
    {
        readonly SqliteConnection connection = Opened(path);

        public void Add(string sql) => connection.Execute(sql);

        public async ValueTask DisposeAsync()
        {
            connection.Execute("DROP TRIGGER broken");
            await connection.DisposeAsync();
        }

        static SqliteConnection Opened(string path)
        {
            var connection = new SqliteConnection($"Data Source={path};Pooling=False");
            connection.Open();
            return connection;
        }
    }

    static LetterService.LetterServiceClient Desk(LocalSystem system) => new(system.Channel);

    static async Task<Letter> Submit(LocalSystem system, string person, TimeSpan? wait = null, string provider = "tax", string key = "") =>
        await Desk(system).SubmitAsync(Request(person, wait, provider, key), system.Headers(), cancellationToken: Stop);

    static SubmitRequest Request(string person, TimeSpan? wait = null, string provider = "tax", string key = "") => new()
    {
        Lookup = new Agency.V1.LookupRequest
        {
            Person = person,
            Provider = provider,
            Task = RunningExchange.Benefits,
            DataSet = RunningExchange.Income,
            Question = Any.Pack(new IncomeQuestion { Year = 2025 }),
            Official = "official-1",
            CaseId = "case-1",
        },
        Wait = wait is { } longest ? Duration.FromTimeSpan(longest) : null,
        IdempotencyKey = key,
    };

    static async Task<Letter> Find(LocalSystem system, string id) =>
        Assert.Single((await Desk(system).CollectAsync(new CollectRequest { Id = id }, system.Headers(), cancellationToken: Stop)).Letters);

    static async Task<Letter> Settled(LocalSystem system, string id)
    {
        Letter? letter = null;
        await RunningExchange.Until(async () => (letter = await Find(system, id)).State is "ANSWERED" or "REFUSED");
        return letter!;
    }

    async Task Back(string agency)
    {
        await exchange.Parts.StartAgency(agency);
        await exchange.Parts.UntilConnected();
    }

    /// <summary>Adapters publish their mailboxes once they are connected.</summary>
    Task MailboxesKnown() => RunningExchange.Until(() => exchange.Hub<LetterStore>().Mailbox(Tax) is not null && exchange.Hub<LetterStore>().Mailbox(Chiyoda) is not null);

    static string Hex(ByteString id) => Convert.ToHexStringLower(id.Span);
}
