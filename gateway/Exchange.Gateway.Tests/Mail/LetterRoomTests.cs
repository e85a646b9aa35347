using System.Security.Cryptography;
using Dapper;
using Exchange.Gateway.Audit;
using Exchange.Gateway.Identity;
using Exchange.Gateway.Limits;
using Exchange.Gateway.Lookups;
using Exchange.Gateway.Mail;
using Exchange.Gateway.Policy;
using Exchange.Gateway.Pseudonyms;
using Exchange.Gateway.Routing;
using Exchange.Gateway.Telemetry;
using Exchange.Hosting.Certificates;
using Exchange.Hosting.Points;
using Exchange.Protocol.Identity;
using Exchange.Protocol.Lookups;
using Exchange.Protocol.Pseudonyms;
using Exchange.V1;
using Google.Protobuf;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using static Exchange.Gateway.Tests.Policy.Sample;

namespace Exchange.Gateway.Tests.Mail;

/// <summary>Letters at the hub, with its own policy, keys, log and store; agencies are whoever the test says they are.</summary>
public sealed class LetterRoomTests : IAsyncLifetime
{
    readonly string folder = System.IO.Directory.CreateTempSubdirectory("exchange-mail-").FullName;
    readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 4, 1, 0, 0, 0, TimeSpan.Zero));
    readonly ThrowawayAuthority ca;
    readonly CertificateVerifier certificates;
    readonly PolicyReloader policy;
    readonly Quotas quotas;
    readonly Translator translator = new();
    readonly PointThreads points = new();
    readonly GatewayMetrics metrics = new();
    AuditLog audit;
    LetterStore store;
    LetterRoom room;
    readonly OpeningStore openingStore;
    readonly Openings openings;

    PolicyFiles Files => new(Path.Combine(folder, "directory.yaml"), Path.Combine(folder, "matrix.yaml"), Path.Combine(folder, "quotas.yaml"));

    public LetterRoomTests()
    {
        File.WriteAllText(Files.Directory, DirectoryText);
        File.WriteAllText(Files.Matrix, MatrixText);
        File.WriteAllText(Files.Quotas!, "lookups: { default: { rate: 10/s, burst: 20 } }");
        ca = ThrowawayAuthority.Create(time);
        certificates = new CertificateVerifier(ca.Root, time);
        policy = new PolicyReloader(Files, time, NullLogger<PolicyReloader>.Instance);
        quotas = new Quotas(policy.Current.Quotas, time);
        translator.Use(TranslationKeyRing.Parse(new TranslationKeys { Generation = 1, Keys = { Key(Chiyoda), Key(Tax) } })!);
        openingStore = OpeningStore.Open(Path.Combine(folder, "openings.db"));
        openings = new Openings(openingStore, NullLogger<Openings>.Instance, time);
        (audit, store, room) = Open();

        static TranslationKey Key(string agency)
        {
            using var scalar = SecretScalar.Random();
            return new TranslationKey { Agency = agency, Epoch = 1, Key = ByteString.CopyFrom(scalar.Bytes) };
        }
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        store.Dispose();
        openings.Dispose();
        openingStore.Dispose();
        await audit.DisposeAsync();
        points.Dispose();
        metrics.Dispose();
        policy.Dispose();
        certificates.Dispose();
        ca.Dispose();
        System.IO.Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_letter_is_lent_with_Z_and_a_grant_answered_logged_and_forgotten_once_it_is_taken()
    {
        var letter = Letter();
        Assert.Null(await room.Submit(Chiyoda, letter));
        Assert.Empty(await Entries());

        var lent = Assert.Single((await room.Collect(Tax))!.Letters);
        Assert.Equal(Id(letter), lent.Grant.DecisionId);
        Assert.NotEqual(letter.Question.Point, lent.Letter.Question.Point);
        Assert.Equal((letter.Question.Ciphertext, letter.Enc, letter.Signature), (lent.Letter.Question.Ciphertext, lent.Letter.Enc, lent.Letter.Signature));
        Assert.Empty((await room.Collect(Chiyoda))!.Outcomes);
        var (receipt, refusal) = await room.Answer(Tax, Answer(letter));
        Assert.Null(refusal);

        var outcome = Assert.Single((await room.Collect(Chiyoda))!.Outcomes);
        Assert.Equal((receipt, Id(letter)), (outcome.Receipt, outcome.RequestId));
        var entry = Assert.Single(await Entries());
        Assert.Equal((AuditOutcome.Answered, LookupKind.Mail, Chiyoda, Tax), (entry.Outcome, entry.Kind, entry.Requester, entry.Provider));
        Assert.Equal((letter.Question.Commitment, outcome.Answer.Answer.Commitment), (entry.QuestionCommitment, entry.AnswerCommitment));
        Assert.NotEmpty(entry.Fields);
        // X and what was sealed are gone with its end.
        Assert.True(store.Find(Id(letter))!.Letter is { Enc.IsEmpty: true, Question: { Point.IsEmpty: true, Ciphertext.IsEmpty: true } });
        room.Acknowledge(Tax, [Id(letter)]);
        Assert.NotNull(store.Find(Id(letter)));
        room.Acknowledge(Chiyoda, [Id(letter)]);
        Assert.Null(store.Find(Id(letter)));
    }

    [Fact]
    public async Task A_letter_to_a_closed_provider_is_taken_and_waits_until_it_opens_and_the_provider_still_hears_of_its_own()
    {
        var (from, until) = (time.GetUtcNow().ToUnixTimeMilliseconds(), time.GetUtcNow().AddHours(5).ToUnixTimeMilliseconds());
        var own = Letter();
        Assert.Null(await room.Submit(Chiyoda, own));
        Assert.Single((await room.Collect(Tax))!.Letters);
        Assert.Null((await room.Answer(Tax, Answer(own))).Refusal);
        var closed = new Opening { Closures = { new Closure { FromUnixMs = from, UntilUnixMs = until } } };
        Assert.Null(openings.Take(Tax, closed) ?? openings.Take(Chiyoda, closed));

        Assert.Null(await room.Submit(Chiyoda, Letter()));
        Assert.Empty((await room.Collect(Tax))!.Letters);
        Assert.Single((await room.Collect(Chiyoda))!.Outcomes);
        time.Advance(TimeSpan.FromHours(5));
        Assert.Single((await room.Collect(Tax))!.Letters);
    }

    [Fact]
    public async Task The_very_same_letter_is_taken_once_at_any_time_and_another_under_its_id_never()
    {
        var letter = Letter();
        Assert.Null(await room.Submit(Chiyoda, letter));
        time.Advance(TimeSpan.FromHours(5));
        Assert.Null(await room.Submit(Chiyoda, letter));
        var other = letter.Clone();
        other.Question.Commitment = Random(32);
        Assert.Equal(Reason.DuplicateId, (await room.Submit(Chiyoda, other))?.Reason);
        Assert.Single((await room.Collect(Tax))!.Letters);
        // It is refused under an id of its own: the letter's own entry is still to come.
        Assert.NotEqual(Id(letter), Assert.Single(await Entries()).RequestId);
    }

    [Fact]
    public async Task What_is_no_letter_of_the_caller_is_refused_and_logged()
    {
        foreach (var (change, reason) in new (Action<Letter>, Reason)[]
        {
            (one => one.Question = null, Reason.HeaderInvalid),
            (one => one.Question.Header = ByteString.Empty, Reason.HeaderInvalid),
            (one => one.Question.Commitment = Random(31), Reason.HeaderInvalid),
            (one => one.Question.Point = ByteString.Empty, Reason.PointInvalid),
            (one => one.Question.Ciphertext = Random(17 * 1024), Reason.MessageTooLarge),
            (one => one.Enc = Random(31), Reason.HeaderInvalid),
            (one => one.KeyId = Random(9), Reason.HeaderInvalid),
            (one => one.Signature = Random(63), Reason.HeaderInvalid),
            (one => one.ReplyTo = null, Reason.HeaderInvalid),
            (one => one.ReplyTo.Agency = Chuo, Reason.HeaderInvalid),
            (one => one.Chain.Add(Random(13 * 1024)), Reason.HeaderInvalid),
            (one => Change(one, header => header.Kind = LookupKind.Cold), Reason.HeaderInvalid),
            (one => Change(one, header => header.Requester = Chuo), Reason.NameMismatch),
            (one => Change(one, header => header.TimeUnixMs -= 31_000), Reason.TimeOutOfRange),
            (one => Change(one, header => header.ExpiryUnixMs = header.TimeUnixMs - 1), Reason.MailExpired),
            (one => Change(one, header => header.ExpiryUnixMs = long.MaxValue), Reason.MailExpired),
            (one => Change(one, header => header.ExpiryUnixMs = header.TimeUnixMs + (long)TimeSpan.FromDays(15).TotalMilliseconds), Reason.MailExpired),
            (one => Change(one, header => header.Task = "curiosity"), Reason.TaskUnknown),
            (one => Change(one, header => header.Provider = Chuo), Reason.NotPermitted),
            (one => Change(one, header => header.RequesterEpoch = 7), Reason.EpochMismatch),
        })
        {
            var letter = Letter();
            change(letter);
            Assert.Equal(reason, (await room.Submit(Chiyoda, letter))?.Reason);
            Assert.Equal((AuditOutcome.Refused, reason), ((await Entries())[^1].Outcome, (await Entries())[^1].Reason));
        }
        Assert.Equal(Reason.HeaderInvalid, (await room.Submit(Chiyoda, null))?.Reason);
        Assert.Equal(0, store.Count());
    }

    [Fact]
    public async Task A_letter_that_expires_ends_so_for_both_and_is_answered_no_more()
    {
        var letter = Letter(TimeSpan.FromHours(2));
        Assert.Null(await room.Submit(Chiyoda, letter));
        Assert.Single((await room.Collect(Tax))!.Letters);
        time.Advance(TimeSpan.FromHours(2));

        Assert.Empty((await room.Collect(Tax))!.Letters);
        Assert.Equal(Reason.MailExpired, (await room.Answer(Tax, Answer(letter))).Refusal?.Reason);
        await room.LookAround();
        await room.LookAround();

        Assert.Equal(Reason.MailExpired, Assert.Single((await room.Collect(Chiyoda))!.Outcomes).Refusal.Reason);
        Assert.Equal((AuditOutcome.Failed, Reason.MailExpired), Assert.Single((await Entries()).Select(one => (one.Outcome, one.Reason))));
        Assert.Equal(Reason.DuplicateId, (await room.Answer(Tax, Answer(letter))).Refusal?.Reason);
        time.Advance(TimeSpan.FromDays(15));
        await room.LookAround();
        Assert.Equal(0, store.Count());
    }

    [Fact]
    public async Task A_letter_that_nobody_answers_is_lent_again_after_a_minute_and_not_before()
    {
        Assert.Null(await room.Submit(Chiyoda, Letter()));
        Assert.Single((await room.Collect(Tax))!.Letters);
        Assert.Empty((await room.Collect(Tax))!.Letters);
        time.Advance(LetterRoom.LentFor);
        Assert.Single((await room.Collect(Tax))!.Letters);
    }

    [Fact]
    public async Task A_letter_that_was_lent_under_a_wider_grant_is_not_lent_under_a_narrower_one()
    {
        Assert.Null(await room.Submit(Chiyoda, Letter()));
        Assert.Single((await room.Collect(Tax))!.Letters);
        File.WriteAllText(Files.Matrix, MatrixText.Replace(", total_income]", "]", StringComparison.Ordinal));
        Assert.True(policy.ReloadNow());
        time.Advance(LetterRoom.LentFor);

        Assert.Empty((await room.Collect(Tax))!.Letters);
        Assert.Equal(Reason.NotPermitted, Assert.Single(await Entries()).Reason);
    }

    [Fact]
    public async Task Under_a_wider_grant_it_is_lent_again_with_the_one_that_was_told_by()
    {
        Assert.Null(await room.Submit(Chiyoda, Letter()));
        var before = Assert.Single((await room.Collect(Tax))!.Letters).Grant;
        File.WriteAllText(Files.Matrix, MatrixText.Replace(", total_income]", ", total_income, dependants]", StringComparison.Ordinal));
        Assert.True(policy.ReloadNow());
        time.Advance(LetterRoom.LentFor);

        Assert.Equal(before, Assert.Single((await room.Collect(Tax))!.Letters).Grant);
    }

    [Fact]
    public async Task A_provider_that_cannot_answer_now_is_given_it_again_and_again_and_one_that_says_nothing_five_times()
    {
        var (patient, silent) = (Letter(), Letter());
        Assert.Null(await room.Submit(Chiyoda, patient));
        Assert.Null(await room.Submit(Chiyoda, silent));
        for (var times = 1; times <= 8; times++)
        {
            // Twice: one that may be what ends its reader is lent by itself.
            var lent = new[] { await room.Collect(Tax), await room.Collect(Tax) }.SelectMany(one => one!.Letters).Select(one => Id(one.Letter)).ToArray();
            Assert.Contains(Id(patient), lent);
            Assert.Equal(times <= 5, lent.Contains(Id(silent)));
            Assert.Null((await room.Answer(Tax, new AnswerRequest { RequestId = Id(patient), Refusal = new Refusal { Reason = Reason.JournalUnavailable } })).Refusal);
            time.Advance(TimeSpan.FromMinutes(40));
        }
        var entry = Assert.Single(await Entries());
        Assert.Equal((Id(silent), AuditOutcome.Failed, Reason.ProviderFailed), (entry.RequestId, entry.Outcome, entry.Reason));
    }

    [Fact]
    public async Task Collectors_beside_one_another_get_each_letter_once()
    {
        for (var i = 0; i < 20; i++)
            Assert.Null(await room.Submit(Chiyoda, Letter()));
        var collected = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => room.Collect(Tax))));
        var ids = collected.SelectMany(one => one?.Letters.Select(lent => Id(lent.Letter)) ?? []).ToArray();
        Assert.Equal((20, 20), (ids.Length, ids.Distinct().Count()));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_is_no_longer_permitted_when_it_is_collected_or_answered_is_refused(bool wasLent)
    {
        var letter = Letter();
        Assert.Null(await room.Submit(Chiyoda, letter));
        if (wasLent)
            Assert.Single((await room.Collect(Tax))!.Letters);
        File.WriteAllText(Files.Matrix, MatrixText.Replace("[year, assessment_state, total_income]", wasLent ? "[year]" : "[year, assessment_state, total_income]", StringComparison.Ordinal).Replace("requester: municipality", wasLent ? "requester: municipality" : "requester: jp.mun.131024", StringComparison.Ordinal));
        Assert.True(policy.ReloadNow());

        if (wasLent)
            Assert.Equal(Reason.NotPermitted, (await room.Answer(Tax, Answer(letter))).Refusal?.Reason);
        else
            Assert.Empty((await room.Collect(Tax))!.Letters);
        Assert.Equal(Reason.NotPermitted, Assert.Single((await room.Collect(Chiyoda))!.Outcomes).Refusal.Reason);
        Assert.Equal((AuditOutcome.Refused, Reason.NotPermitted), Assert.Single((await Entries()).Select(one => (one.Outcome, one.Reason))));
    }

    [Fact]
    public async Task The_letter_of_an_agency_that_was_suspended_meanwhile_is_not_lent()
    {
        Assert.Null(await room.Submit(Chiyoda, Letter()));
        File.WriteAllText(Files.Directory, DirectoryText.Replace("name: Chiyoda, status: active", "name: Chiyoda, status: suspended", StringComparison.Ordinal));
        Assert.True(policy.ReloadNow());
        Assert.Empty((await room.Collect(Tax))!.Letters);
        Assert.Equal(Reason.AgencySuspended, Assert.Single(await Entries()).Reason);
    }

    [Fact]
    public async Task Nobody_but_its_provider_answers_a_letter_and_not_before_it_was_lent()
    {
        var letter = Letter();
        Assert.Null(await room.Submit(Chiyoda, letter));
        Assert.Equal(Reason.MailUnknown, (await room.Answer(Tax, Answer(letter))).Refusal?.Reason);
        await room.Collect(Tax);
        Assert.Equal(Reason.MailUnknown, (await room.Answer(Chuo, Answer(letter))).Refusal?.Reason);
        Assert.Equal(Reason.MailUnknown, (await room.Answer(Tax, Answer(Letter()))).Refusal?.Reason);
        Assert.Empty(await Entries());
        Assert.Null((await room.Answer(Tax, Answer(letter))).Refusal);
    }

    [Fact]
    public async Task Something_that_is_no_answer_and_a_refusal_are_the_letters_end_and_the_providers_words_are_not_passed_on()
    {
        foreach (var (answer, reason) in new (Func<Letter, AnswerRequest>, Reason)[]
        {
            (one => new AnswerRequest { RequestId = Id(one) }, Reason.ProviderFailed),
            (one => Changed(Answer(one), answer => answer.Answer.Answer.Ciphertext = Random(100)), Reason.ProviderFailed),
            (one => Changed(Answer(one), answer => answer.Answer.Enc = Random(5)), Reason.ProviderFailed),
            (one => new AnswerRequest { RequestId = Id(one), Refusal = new Refusal { Reason = Reason.CiphertextInvalid, Message = "It is about Sato Hanako." } }, Reason.CiphertextInvalid),
            (one => new AnswerRequest { RequestId = Id(one), Refusal = new Refusal { Reason = Reason.PersonUnknown } }, Reason.ProviderFailed),
        })
        {
            var letter = Letter();
            Assert.Null(await room.Submit(Chiyoda, letter));
            await room.Collect(Tax);
            await room.Answer(Tax, answer(letter));
            var outcome = Assert.Single((await room.Collect(Chiyoda))!.Outcomes);
            Assert.Equal((reason, Id(letter)), (outcome.Refusal.Reason, outcome.Refusal.RequestId));
            Assert.DoesNotContain("Sato", outcome.Refusal.Message, StringComparison.Ordinal);
            Assert.Equal((AuditOutcome.Failed, reason), ((await Entries())[^1].Outcome, (await Entries())[^1].Reason));
            room.Acknowledge(Chiyoda, [Id(letter)]);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_answer_kept_by_a_hub_that_died_before_or_after_it_was_logged_has_one_entry(bool wasLogged)
    {
        var letter = Letter();
        Assert.Null(await room.Submit(Chiyoda, letter));
        await room.Collect(Tax);
        await audit.Append(new AuditEntry { Policy = new PolicyEvent() });
        var before = audit.Size;
        if (wasLogged)
            await room.Answer(Tax, Answer(letter));
        var kept = store.Find(Id(letter))!;
        // As the store was between the two writes.
        store.Keep(wasLogged ? kept with { State = LetterState.Unlogged, Receipt = null, LogFrom = before }
            : kept.Settle(AuditOutcome.Answered, Reason.Unspecified, Answer(letter).Answer, before));
        await Restart();

        Assert.Empty((await room.Collect(Chiyoda))!.Outcomes);
        await room.LookAround();

        var outcome = Assert.Single((await room.Collect(Chiyoda))!.Outcomes);
        Assert.Single(await Entries());
        Assert.Equal(Id(letter), outcome.Receipt.RequestId);
        Assert.Equal((uint)before, outcome.Receipt.Index);
    }

    [Fact]
    public async Task One_requester_has_so_many_letters_and_no_more()
    {
        using (var filling = new SqliteConnection($"Data Source={Path.Combine(folder, "mail.db")};Pooling=False"))
            filling.Execute("""
                WITH RECURSIVE letters (n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM letters WHERE n < @most)
                INSERT INTO letter (request_id, requester, provider, state, submitted, expires, letter) SELECT randomblob(16), @requester, 'jp.tax', 1, n, n, x'' FROM letters
                """, new { most = LetterStore.MostOfOne, requester = Chiyoda });
        Assert.Equal(Reason.MailLimit, (await room.Submit(Chiyoda, Letter()))?.Reason);
    }

    [Fact]
    public async Task Letters_are_charged_to_the_quota_of_lookups()
    {
        for (var i = 0; i < 20; i++)
            Assert.Null(await room.Submit(Chiyoda, Letter()));
        Assert.Equal(Reason.QuotaExceeded, (await room.Submit(Chiyoda, Letter()))?.Reason);
        Assert.Equal(20, store.Count());
    }

    [Fact]
    public void A_mailbox_gives_way_to_a_newer_one_alone()
    {
        store.Keep(new Mailbox { Agency = Tax, IssuedAtUnixMs = 2, KeyId = Random(8) });
        store.Keep(new Mailbox { Agency = Tax, IssuedAtUnixMs = 1, KeyId = Random(8) });
        Assert.Equal(2, store.Mailbox(Tax)!.IssuedAtUnixMs);
        store.Keep(new Mailbox { Agency = Tax, IssuedAtUnixMs = 3, KeyId = Random(8) });
        Assert.Equal(3, store.Mailbox(Tax)!.IssuedAtUnixMs);
        Assert.Null(store.Mailbox(Chiyoda));
    }

    (AuditLog, LetterStore, LetterRoom) Open()
    {
        var log = AuditLog.Open(new AuditOptions(Path.Combine(folder, "audit.db"), "hub-1"), time);
        var letters = LetterStore.Open(Path.Combine(folder, "mail.db"));
        var steps = new LookupSteps(policy, quotas, translator, points, log, metrics, time);
        return (log, letters, new LetterRoom(letters, steps, new CallerCheck(certificates, policy), new NodeTable(), openings, log, time));
    }

    async Task Restart()
    {
        store.Dispose();
        await audit.DisposeAsync();
        (audit, store, room) = Open();
    }

    async Task<IReadOnlyList<LookupEvent>> Entries()
    {
        var entries = new List<LookupEvent>();
        await foreach (var (_, entry) in audit.Read(0, long.MaxValue))
            if (AuditEntry.Parser.ParseFrom(entry).Lookup is { } lookup)
                entries.Add(lookup);
        return entries;
    }

    Letter Letter(TimeSpan? wait = null)
    {
        var now = time.GetUtcNow();
        using var scalar = SecretScalar.Random();
        return new Letter
        {
            Question = new SealedQuestion
            {
                Header = new Header
                {
                    Requester = Chiyoda,
                    Provider = Tax,
                    Task = "benefit-eligibility",
                    DataSet = Income,
                    RequesterEpoch = 1,
                    TimeUnixMs = now.ToUnixTimeMilliseconds(),
                    Kind = LookupKind.Mail,
                    RequestId = Random(16),
                    ExpiryUnixMs = (now + (wait ?? TimeSpan.FromDays(3))).ToUnixTimeMilliseconds(),
                }.ToByteString(),
                Point = ByteString.CopyFrom(scalar.PublicPoint()),
                Ciphertext = Random(32 + 128 + 16),
                Commitment = Random(32),
            },
            KeyId = Random(8),
            Enc = Random(32),
            Signature = Random(64),
            ReplyTo = new Mailbox { Agency = Chiyoda, Suite = "X25519", PublicKey = Random(32), KeyId = Random(8) },
        };
    }

    static AnswerRequest Answer(Letter letter) => new()
    {
        RequestId = Id(letter),
        Answer = new AnswerLetter
        {
            KeyId = Random(8),
            Enc = Random(32),
            Signature = Random(64),
            Answer = new SealedAnswer { Ciphertext = Random(AnswerEnvelope.SealedSize(512)), Commitment = Random(32) },
        },
    };

    static ByteString Id(Letter letter) => Header.Parser.ParseFrom(letter.Question.Header).RequestId;

    static void Change(Letter letter, Action<Header> change)
    {
        var header = Header.Parser.ParseFrom(letter.Question.Header);
        change(header);
        letter.Question.Header = header.ToByteString();
    }

    static AnswerRequest Changed(AnswerRequest answer, Action<AnswerRequest> change)
    {
        change(answer);
        return answer;
    }

    static ByteString Random(int bytes) => ByteString.CopyFrom(RandomNumberGenerator.GetBytes(bytes));
}
