using System.Security.Cryptography;
using Exchange.Protocol.Identity;
using Exchange.Protocol.Lookups;
using Exchange.Protocol.Mail;
using Exchange.Protocol.Tests.Sessions;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Protocol.Tests.Mail;

/// <summary>A town writes, the tax agency answers days later; whatever anybody between them does, nobody is told what is not theirs.</summary>
public sealed class LettersTests : IDisposable
{
    const int DeclaredSize = 512;

    readonly Agencies agencies = new();
    readonly Mailboxes mailboxes;
    readonly MailboxKey tax, town;
    readonly byte[] unblinding = RandomNumberGenerator.GetBytes(32), point = RandomNumberGenerator.GetBytes(32);

    public LettersTests()
    {
        mailboxes = new Mailboxes(agencies.Certificates);
        tax = agencies.Hold(MailboxKey.Draw(agencies.Time.GetUtcNow()));
        town = agencies.Hold(MailboxKey.Draw(agencies.Time.GetUtcNow()));
    }

    public void Dispose() => agencies.Dispose();

    [Fact]
    public void A_question_and_its_answer_arrive_days_later_as_they_were_sent()
    {
        var letter = Write();
        Pass(TimeSpan.FromDays(2.9));
        using var opened = Open(letter.Letter);
        Assert.Equal(unblinding, opened.Question.Unblinding.ToArray());
        Assert.Equal("case 1", opened.Question.Question.CaseId);
        Assert.False(opened.Question.IsWarm);

        var answer = Answer(opened);
        Pass(TimeSpan.FromDays(5));
        Assert.True(TryOpen(letter, answer, town, out var told, out var reason), reason.ToString());
        Assert.Equal((AnswerStatus.Found, 1234L, "record"), (told!.Status, told.AsOfUnixMs, told.Answer.Record.ToStringUtf8()));
        Assert.False(TryOpen(letter, answer, town, out _, out reason));
        Assert.Equal(Reason.SequenceReplayed, reason);
    }

    [Fact]
    public void A_letter_outlives_a_restart_of_both_that_keep_their_keys()
    {
        var letter = Write();
        using var kept = Again(tax);
        Assert.True(Letters().TryOpen(letter.Letter, kept, out var opened, out var reason), reason.ToString());
        using var open = opened;
        using var keptTown = Again(town);
        var again = SealedLetter.Kept(letter.Letter, ByteString.CopyFrom(letter.Asked.Question.Span));
        Assert.True(TryOpen(again, Answer(open), keptTown, out _, out reason), reason.ToString());

        MailboxKey Again(MailboxKey key) => MailboxKey.Kept(key.Id, key.Issued, key.ExportPrivateKey());
    }

    [Fact]
    public void What_was_told_is_sealed_once_more_under_the_same_commitment()
    {
        var letter = Write();
        using var first = Open(letter.Letter);
        var given = Seal(first);
        using var second = Open(letter.Letter);
        var again = second.Question.SealAgain(AnswerStatus.Found, 1234, given.Answer, DeclaredSize);

        Assert.Equal(given.Message.Commitment, again!.Message.Commitment);
        Assert.NotEqual(given.Message.Ciphertext, again.Message.Ciphertext);
        Assert.True(TryOpen(letter, second.Sign(again.Message, agencies.TaxSigner), town, out var told, out _));
        Assert.Equal("record", told!.Answer.Record.ToStringUtf8());
    }

    [Fact]
    public void No_bit_of_a_letter_can_be_flipped()
    {
        var letter = Write().Letter;
        foreach (var bent in Agencies.EachBitFlipped(letter.Question.Header.ToByteArray()))
            Assert.NotEqual(Reason.Unspecified, Refused(letter, one => one.Question.Header = ByteString.CopyFrom(bent)));
        foreach (var bent in Agencies.EachBitFlipped(letter.Question.Ciphertext.ToByteArray()))
            Assert.Equal(Reason.SignatureInvalid, Refused(letter, one => one.Question.Ciphertext = ByteString.CopyFrom(bent)));
        foreach (var bent in Agencies.EachBitFlipped(letter.Enc.ToByteArray()))
            Assert.Equal(Reason.SignatureInvalid, Refused(letter, one => one.Enc = ByteString.CopyFrom(bent)));
        foreach (var bent in Agencies.EachBitFlipped(letter.Signature.ToByteArray()))
            Assert.Equal(Reason.SignatureInvalid, Refused(letter, one => one.Signature = ByteString.CopyFrom(bent)));
        foreach (var bent in Agencies.EachBitFlipped(letter.Question.Commitment.ToByteArray()))
            Assert.Equal(Reason.CommitmentMismatch, Refused(letter, one => one.Question.Commitment = ByteString.CopyFrom(bent)));
        Assert.Equal(Reason.Unspecified, Refused(letter, _ => { }));
    }

    [Fact]
    public void No_bit_of_an_answer_can_be_flipped()
    {
        var letter = Write();
        using var opened = Open(letter.Letter);
        var answer = Answer(opened);
        foreach (var bent in Agencies.EachBitFlipped(answer.Enc.ToByteArray()))
            Assert.Equal(Reason.SignatureInvalid, Refused(letter, answer, one => one.Enc = ByteString.CopyFrom(bent)));
        foreach (var bent in Agencies.EachBitFlipped(answer.Signature.ToByteArray()))
            Assert.Equal(Reason.SignatureInvalid, Refused(letter, answer, one => one.Signature = ByteString.CopyFrom(bent)));
        foreach (var bent in Agencies.EachBitFlipped(answer.Answer.Commitment.ToByteArray()))
            Assert.Equal(Reason.CommitmentMismatch, Refused(letter, answer, one => one.Answer.Commitment = ByteString.CopyFrom(bent)));
        var ciphertext = answer.Answer.Ciphertext.ToByteArray();
        ciphertext[^1] ^= 1;
        Assert.Equal(Reason.SignatureInvalid, Refused(letter, answer, one => one.Answer.Ciphertext = ByteString.CopyFrom(ciphertext)));
    }

    [Fact]
    public void The_hub_which_knows_every_public_key_can_neither_ask_nor_answer_in_anothers_name()
    {
        var hub = agencies.Signer(CertificateName.Hub("hub-1"));
        var letter = Write();
        using var opened = Open(letter.Letter);
        var forged = opened.Sign(Seal(opened).Message, hub);
        Assert.False(TryOpen(letter, forged, town, out _, out var reason));
        Assert.Equal(Reason.NameMismatch, reason);
        forged.Chain.Clear();
        forged.Chain.Add(agencies.TaxSigner.Chain);
        Assert.False(TryOpen(letter, forged, town, out _, out reason));
        Assert.Equal(Reason.SignatureInvalid, reason);

        var question = Write(hub).Letter;
        Assert.NotEqual(Reason.Unspecified, Refused(question, _ => { }));
    }

    [Fact]
    public void The_answer_goes_to_a_mailbox_of_the_requester_and_to_no_other()
    {
        using var hubs = MailboxKey.Draw(agencies.Time.GetUtcNow());
        var hub = agencies.Signer(CertificateName.Agency("jp.pension"));
        Assert.Equal(Reason.NameMismatch, Refused(Write().Letter, one => one.ReplyTo = hubs.Publish(hub)));
        var under = hubs.Publish(hub);
        under.Agency = Agencies.Town;
        Assert.Equal(Reason.NameMismatch, Refused(Write().Letter, one => one.ReplyTo = under));
        var swapped = town.Publish(agencies.TownSigner);
        swapped.PublicKey = hubs.Publish(hub).PublicKey;
        Assert.Equal(Reason.SignatureInvalid, Refused(Write().Letter, one => one.ReplyTo = swapped));
        Assert.Equal(Reason.MailboxUnknown, Refused(Write().Letter, one => one.ReplyTo = null));
    }

    [Fact]
    public void An_answer_to_another_letter_opens_none()
    {
        var (first, second) = (Write(), Write());
        using var opened = Open(first.Letter);
        Assert.False(TryOpen(second, Answer(opened), town, out _, out var reason));
        Assert.Equal(Reason.SignatureInvalid, reason);
    }

    [Fact]
    public void After_its_expiry_a_letter_is_not_opened_and_none_waits_for_longer_than_letters_may()
    {
        var letter = Write().Letter;
        Pass(TimeSpan.FromDays(3));
        Assert.Equal(Reason.MailExpired, Refused(letter, _ => { }));
        Assert.Equal(Reason.MailExpired, Refused(Write(wait: TimeSpan.FromDays(15)).Letter, _ => { }));
        Assert.Equal(Reason.Unspecified, Refused(Write(wait: MailRules.LongestWait).Letter, _ => { }));
    }

    [Fact]
    public void A_letter_for_another_agency_or_under_a_key_that_is_kept_no_longer_does_not_open()
    {
        var letter = Write().Letter;
        var others = new ProviderLetters("jp.pension", agencies.Certificates, mailboxes, agencies.Time);
        Assert.False(others.TryOpen(letter, tax, out _, out var reason));
        Assert.Equal(Reason.HeaderInvalid, reason);
        Assert.False(Letters().TryOpen(letter, null, out _, out reason));
        Assert.Equal(Reason.CiphertextInvalid, reason);
        Assert.False(Letters().TryOpen(letter, town, out _, out reason));
        Assert.Equal(Reason.CiphertextInvalid, reason);
    }

    [Fact]
    public void A_letter_of_an_agency_that_was_revoked_meanwhile_is_not_opened()
    {
        var letter = Write().Letter;
        using var certificate = System.Security.Cryptography.X509Certificates.X509CertificateLoader.LoadCertificate(letter.Chain[0].Span);
        agencies.Authority.Revoke(certificate);
        Pass(TimeSpan.FromMinutes(1));
        Assert.Equal(Reason.CertificateRevoked, Refused(letter, _ => { }));
    }

    [Fact]
    public void A_mailbox_is_good_for_the_agency_wanted_and_for_eight_days()
    {
        var mailbox = tax.Publish(agencies.TaxSigner);
        Assert.Equal(Reason.NameMismatch, Judged(mailbox, Agencies.Town));
        var bent = mailbox.Clone();
        bent.NotAfterUnixMs += 1;
        Assert.Equal(Reason.MailboxUnknown, Judged(bent, Agencies.Tax));
        bent = mailbox.Clone();
        bent.IssuedAtUnixMs += 1;
        Assert.Equal(Reason.SignatureInvalid, Judged(bent, Agencies.Tax));
        Pass(MailRules.AcceptedFor - TimeSpan.FromSeconds(1));
        Assert.Equal(Reason.Unspecified, Judged(mailbox, Agencies.Tax));
        Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(Reason.MailboxUnknown, Judged(mailbox, Agencies.Tax));

        Reason Judged(Mailbox one, string agency) => mailboxes.TryVerify(one, agency, agencies.Time.GetUtcNow(), out _, out var reason) ? Reason.Unspecified : reason;
    }

    [Fact]
    public void Letters_of_all_questions_up_to_128_bytes_and_of_all_answers_have_one_size()
    {
        Assert.Equal(Write(caseId: "").Letter.Question.Ciphertext.Length, Write(caseId: "a case with a longer name").Letter.Question.Ciphertext.Length);
        using var opened = Open(Write().Letter);
        Assert.Equal(Seal(opened).Message.Ciphertext.Length, Seal(opened, AnswerStatus.NotFound, "").Message.Ciphertext.Length);
    }

    void Pass(TimeSpan span)
    {
        agencies.Time.Advance(span);
        agencies.Refresh();
    }

    ProviderLetters Letters() => new(Agencies.Tax, agencies.Certificates, mailboxes, agencies.Time);

    SealedLetter Write(AgencySigner? signer = null, TimeSpan? wait = null, string caseId = "case 1")
    {
        var now = agencies.Time.GetUtcNow();
        signer ??= agencies.TownSigner;
        Assert.True(mailboxes.TryVerify(tax.Publish(agencies.TaxSigner), Agencies.Tax, now, out var verified, out var reason), reason.ToString());
        var target = new LetterTarget(new LookupTarget("benefit.child", "tax.income.v1", 1), ByteString.CopyFrom(RandomNumberGenerator.GetBytes(16)), now, now + (wait ?? TimeSpan.FromDays(3)));
        Assert.True(RequesterLetters.TrySeal(verified, town.Publish(agencies.TownSigner), signer, target, point, unblinding, new Question { CaseId = caseId }, out var letter, out reason), reason.ToString());
        return letter;
    }

    OpenedLetter Open(Letter letter)
    {
        Assert.True(Letters().TryOpen(letter, tax, out var opened, out var reason), reason.ToString());
        return opened;
    }

    static GivenAnswer Seal(OpenedLetter letter, AnswerStatus status = AnswerStatus.Found, string record = "record")
    {
        Assert.True(letter.Question.TrySealAnswer(status, 1234, [], new Answer { Record = ByteString.CopyFromUtf8(record) }, DeclaredSize, out var given, out var reason), reason.ToString());
        return given;
    }

    AnswerLetter Answer(OpenedLetter letter) => letter.Sign(Seal(letter).Message, agencies.TaxSigner);

    bool TryOpen(SealedLetter letter, AnswerLetter answer, MailboxKey key, out OpenedAnswer? opened, out Reason reason) =>
        RequesterLetters.TryOpen(letter, answer, key, agencies.Certificates, Agencies.Tax, DeclaredSize, out opened, out reason);

    Reason Refused(Letter letter, Action<Letter> change)
    {
        var copy = letter.Clone();
        change(copy);
        if (!Letters().TryOpen(copy, tax, out var opened, out var reason))
            return reason;
        opened.Dispose();
        return Reason.Unspecified;
    }

    Reason Refused(SealedLetter letter, AnswerLetter answer, Action<AnswerLetter> change)
    {
        var copy = answer.Clone();
        change(copy);
        return TryOpen(letter, copy, town, out _, out var reason) ? Reason.Unspecified : reason;
    }
}
