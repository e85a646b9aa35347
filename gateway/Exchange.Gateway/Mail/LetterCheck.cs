using System.Diagnostics.CodeAnalysis;
using Exchange.Gateway.Lookups;
using Exchange.Protocol.Identity;
using Exchange.Protocol.Mail;
using Exchange.Protocol.Sessions;
using Exchange.V1;

namespace Exchange.Gateway.Mail;

/// <summary>What the hub checks of a letter, and of an answer to one, before it looks anything up. Signatures are for those who open them.</summary>
static class LetterCheck
{
    /// <summary>Bytes of a letter without its question, and of an answer without what is sealed.</summary>
    const int LargestEnvelope = 12 * 1024;

    /// <summary>Bytes of an encapsulated key.</summary>
    const int EncSize = 32;

    /// <returns>The header as far as it could be read, also where it is refused.</returns>
    public static Header? Read(Letter? letter, string requester, DateTimeOffset now, out Reason reason)
    {
        if (!HeaderCheck.TryReadLetter(letter?.Question, requester, out var header, out reason))
            return null;
        reason = !HasForm(letter!, requester) ? Reason.HeaderInvalid
            : !MailRules.MayWaitUntil(header.ExpiryUnixMs, now) ? Reason.MailExpired
            : Reason.Unspecified;
        return header;
    }

    public static bool HasForm([NotNullWhen(true)] AnswerLetter? answer) =>
        answer is { Answer: not null, KeyId.Length: SessionRules.KeyIdSize, Enc.Length: EncSize, Signature.Length: VerifiedCertificate.SignatureSize }
        && answer.CalculateSize() - answer.Answer.CalculateSize() <= LargestEnvelope;

    static bool HasForm(Letter letter, string requester) =>
        letter is { KeyId.Length: SessionRules.KeyIdSize, Enc.Length: EncSize, Signature.Length: VerifiedCertificate.SignatureSize }
        && Mailboxes.HasForm(letter.ReplyTo) && letter.ReplyTo.Agency == requester
        && letter.CalculateSize() - letter.Question.CalculateSize() <= LargestEnvelope;
}
