using Dapper;
using Exchange.Gateway.Mail;
using Exchange.V1;
using Google.Protobuf;
using Microsoft.Data.Sqlite;
using static Exchange.Gateway.Tests.Policy.Sample;

namespace Exchange.Gateway.Tests.Mail;

/// <summary>Letters at the hub, from their requester to their provider.</summary>
public sealed class LetterRoomTests : LetterScene
{
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
    public async Task One_that_is_lent_by_itself_says_that_there_are_more_so_that_the_others_need_not_wait_for_a_round()
    {
        var silent = Letter();
        Assert.Null(await room.Submit(Chiyoda, silent));
        for (var times = 0; times < 2; times++)
        {
            Assert.Single((await room.Collect(Tax))!.Letters);
            time.Advance(TimeSpan.FromMinutes(10));
        }
        var (next, last) = (Letter(), Letter());
        Assert.Null(await room.Submit(Chiyoda, next));
        Assert.Null(await room.Submit(Chiyoda, last));

        var alone = (await room.Collect(Tax))!;
        Assert.Equal((Id(silent), true), (Id(Assert.Single(alone.Letters).Letter), alone.More));
        var rest = (await room.Collect(Tax))!;
        Assert.Equal(new HashSet<ByteString> { Id(next), Id(last) }, rest.Letters.Select(one => Id(one.Letter)).ToHashSet());
        Assert.False(rest.More);
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

    [Fact]
    public async Task One_requester_has_so_many_letters_and_no_more()
    {
        using (var filling = new SqliteConnection($"Data Source={MailPath};Pooling=False"))
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
}
