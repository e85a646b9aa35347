using Exchange.Gateway.Mail;
using Exchange.V1;
using static Exchange.Gateway.Tests.Policy.Sample;

namespace Exchange.Gateway.Tests.Mail;

/// <summary>What letters at the hub come to.</summary>
public sealed class LetterEndsTests : LetterScene
{
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
}
