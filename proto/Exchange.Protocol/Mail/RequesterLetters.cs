using System.Diagnostics.CodeAnalysis;
using Exchange.Protocol.Hpke;
using Exchange.Protocol.Identity;
using Exchange.Protocol.Lookups;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Protocol.Mail;

/// <summary>What the sender of a letter says of it in the open.</summary>
/// <param name="RequestId">16 bytes, never used before; one question, one answer.</param>
public readonly record struct LetterTarget(LookupTarget Lookup, ByteString RequestId, DateTimeOffset Written, DateTimeOffset Expires);

/// <summary>The asking side of a lookup that waits.</summary>
public static class RequesterLetters
{
    /// <summary>Draws the question's blind and an encapsulated key.</summary>
    /// <param name="point">X, 32 bytes.</param>
    /// <param name="unblinding">u, 32 bytes; the pair it belongs to is never used again.</param>
    /// <param name="reason">MESSAGE_TOO_LARGE, or MAILBOX_UNKNOWN when the mailbox's key is not one to agree with.</param>
    public static bool TrySeal(
        VerifiedMailbox provider, Mailbox replyTo, AgencySigner signer, LetterTarget target, ReadOnlySpan<byte> point, ReadOnlySpan<byte> unblinding, Question question,
        [NotNullWhen(true)] out SealedLetter? letter, out Reason reason)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(point.Length, RequesterLookups.PointSize);
        ArgumentOutOfRangeException.ThrowIfNotEqual(unblinding.Length, QuestionEnvelope.UnblindingSize);
        letter = null;
        reason = Reason.MessageTooLarge;
        question.Blind = RandomBytes.Blind();
        if (question.CalculateSize() > QuestionEnvelope.MaximumQuestionSize)
            return false;
        var header = new Header
        {
            Requester = signer.Name.Id,
            Provider = provider.Agency,
            Task = target.Lookup.Task,
            DataSet = target.Lookup.DataSet,
            RequesterEpoch = target.Lookup.RequesterEpoch,
            TimeUnixMs = target.Written.ToUnixTimeMilliseconds(),
            Kind = LookupKind.Mail,
            RequestId = target.RequestId,
            ExpiryUnixMs = target.Expires.ToUnixTimeMilliseconds(),
        }.ToByteArray();
        reason = Reason.MailboxUnknown;
        if (!HpkeSetup.TrySender(provider.Suite, provider.PublicKey.Span, MailTranscript.Info(MailTranscript.QuestionLabel, header), out var enc, out var context))
            return false;
        using (context)
        {
            using var key = MailKey.Of(context, MailTranscript.QuestionLabel);
            var message = question.ToByteArray();
            // Sequence 0: the key seals this once, under the nonce zero.
            var ciphertext = QuestionEnvelope.Seal(key, 0, header, unblinding, message)!;
            var commitment = new byte[MessageCommitment.Size];
            MessageCommitment.Compute(header, message, commitment);
            var sealedQuestion = new SealedQuestion
            {
                Header = UnsafeByteOperations.UnsafeWrap(header),
                Point = ByteString.CopyFrom(point),
                Ciphertext = UnsafeByteOperations.UnsafeWrap(ciphertext),
                Commitment = UnsafeByteOperations.UnsafeWrap(commitment),
            };
            letter = new SealedLetter(new Letter
            {
                Question = sealedQuestion,
                KeyId = provider.KeyId,
                Enc = UnsafeByteOperations.UnsafeWrap(enc),
                Chain = { signer.Chain },
                Signature = ByteString.CopyFrom(signer.Sign(MailTranscript.SignedQuestion(header, enc, ciphertext))),
                ReplyTo = replyTo,
            }, new AskedQuestion(sealedQuestion, 0, message));
            reason = Reason.Unspecified;
            return true;
        }
    }

    /// <summary>Opens the answer to this letter, once.</summary>
    /// <param name="key">The mailbox's key that the answer names; null when it is no longer kept.</param>
    /// <param name="declaredSize">Of the data set.</param>
    /// <param name="reason">ANSWER_INVALID, COMMITMENT_MISMATCH, SIGNATURE_INVALID, SEQUENCE_REPLAYED for a second answer, or a reason of <see cref="CertificateVerifier"/>.</param>
    public static bool TryOpen(
        SealedLetter letter, AnswerLetter answer, MailboxKey? key, CertificateVerifier certificates, string provider, int declaredSize,
        [NotNullWhen(true)] out OpenedAnswer? opened, out Reason reason)
    {
        opened = null;
        reason = Reason.AnswerInvalid;
        var header = letter.Letter.Question.Header;
        if (key is null || key.Id != answer.KeyId || answer.Answer is null)
            return false;
        if (!certificates.TryVerifyAgency(answer.Chain, provider, out var certificate, out reason))
            return false;
        reason = Reason.SignatureInvalid;
        if (!certificate.HasSigned(MailTranscript.SignedAnswer(header, answer.Enc.Span, answer.Answer.Ciphertext.Span), answer.Signature.Span))
            return false;
        reason = Reason.AnswerInvalid;
        if (!HpkeSetup.TryRecipient(key.Keys, answer.Enc.Span, MailTranscript.Info(MailTranscript.AnswerLabel, header), out var context))
            return false;
        using (context)
        {
            using var answers = MailKey.Of(context, MailTranscript.AnswerLabel);
            return RequesterLookups.TryOpen(answers, letter.Asked, answer.Answer, declaredSize, out opened, out reason);
        }
    }
}
