using System.Diagnostics.CodeAnalysis;
using Exchange.Protocol.Hpke;
using Exchange.Protocol.Identity;
using Exchange.Protocol.Lookups;
using Exchange.V1;

namespace Exchange.Protocol.Mail;

/// <summary>The answering side of a lookup that waits. That no letter is answered twice is for its caller to say: it keeps the journal.</summary>
public sealed class ProviderLetters(string agency, CertificateVerifier certificates, Mailboxes mailboxes, TimeProvider time)
{
    /// <summary>
    /// Everything that can be said about a letter without the agency's data: header, expiry, signature, seal, commitment, and where its
    /// answer goes.
    /// </summary>
    /// <param name="letter">With Z in place of X.</param>
    /// <param name="key">The mailbox's key that it names; null when it is no longer kept.</param>
    /// <param name="reason">
    /// HEADER_INVALID, POINT_INVALID, MAIL_EXPIRED, SIGNATURE_INVALID, MAILBOX_UNKNOWN, CIPHERTEXT_INVALID, COMMITMENT_MISMATCH,
    /// QUESTION_INVALID, or a reason of <see cref="CertificateVerifier"/>.
    /// </param>
    public bool TryOpen(Letter letter, MailboxKey? key, [NotNullWhen(true)] out OpenedLetter? opened, out Reason reason)
    {
        opened = null;
        var now = time.GetUtcNow();
        var question = letter.Question;
        reason = Reason.HeaderInvalid;
        if (question is null || !Headers.TryParse(question.Header, out var header, out reason))
            return false;
        reason = Refuse(header, question, now);
        if (reason != Reason.Unspecified || !certificates.TryVerifyAgency(letter.Chain, header.Requester, out var certificate, out reason))
            return false;
        reason = Reason.SignatureInvalid;
        if (!certificate.HasSigned(MailTranscript.SignedQuestion(question.Header, letter.Enc.Span, question.Ciphertext.Span), letter.Signature.Span))
            return false;
        // As of when it was written: its sender keeps the key for as long as it may wait.
        if (!mailboxes.TryVerify(letter.ReplyTo, header.Requester, DateTimeOffset.FromUnixTimeMilliseconds(header.TimeUnixMs), out var replyTo, out reason))
            return false;
        reason = Reason.CiphertextInvalid;
        if (key is null || key.Id != letter.KeyId
            || !HpkeSetup.TryRecipient(key.Keys, letter.Enc.Span, MailTranscript.Info(MailTranscript.QuestionLabel, question.Header), out var incoming))
            return false;
        using (incoming)
        {
            if (!HpkeSetup.TrySender(replyTo.Suite, replyTo.PublicKey.Span, MailTranscript.Info(MailTranscript.AnswerLabel, question.Header), out var enc, out var outgoing))
                return false;
            using (outgoing)
            {
                using var questions = MailKey.Of(incoming, MailTranscript.QuestionLabel);
                var answers = MailKey.Of(outgoing, MailTranscript.AnswerLabel);
                opened = ProviderLookups.TryOpen(questions, answers, header, question, out var inside, out reason) ? new OpenedLetter(inside, answers, enc, replyTo.KeyId) : null;
                if (opened is null)
                    answers.Dispose();
                return opened is not null;
            }
        }
    }

    Reason Refuse(Header header, SealedQuestion question, DateTimeOffset now) =>
        header.Provider != agency || header.Kind != LookupKind.Mail ? Reason.HeaderInvalid
        : question.Point.Length != RequesterLookups.PointSize ? Reason.PointInvalid
        : !QuestionEnvelope.IsSize(question.Ciphertext.Length, QuestionEnvelope.UnblindingSize) ? Reason.CiphertextInvalid
        : header.ExpiryUnixMs <= now.ToUnixTimeMilliseconds() || !MailRules.MayWaitUntil(header.ExpiryUnixMs, DateTimeOffset.FromUnixTimeMilliseconds(header.TimeUnixMs)) ? Reason.MailExpired
        : Reason.Unspecified;
}
