using System.Security.Cryptography;
using Exchange.Protocol.Encoding;
using Exchange.V1;

namespace Exchange.Protocol.Mail;

/// <summary>The bytes that mailboxes and letters sign and derive from.</summary>
static class MailTranscript
{
    public const string QuestionLabel = "xhub/v1/mail", AnswerLabel = "xhub/v1/mail-answer";

    public static byte[] Of(Mailbox mailbox) => Parts.Encode(
        "xhub/v1/mailbox", mailbox.Agency, mailbox.Suite, mailbox.PublicKey, mailbox.KeyId, mailbox.IssuedAtUnixMs, mailbox.NotAfterUnixMs);

    public static byte[] Info(string label, Part header) => Parts.Encode(label, header);

    public static byte[] SignedQuestion(Part header, ReadOnlySpan<byte> enc, ReadOnlySpan<byte> ciphertext) =>
        Parts.Encode("xhub/v1/mail-sig", header, Hash(enc, ciphertext));

    public static byte[] SignedAnswer(Part header, ReadOnlySpan<byte> enc, ReadOnlySpan<byte> ciphertext) =>
        Parts.Encode("xhub/v1/mail-answer-sig", header, Hash(enc, ciphertext));

    static byte[] Hash(ReadOnlySpan<byte> enc, ReadOnlySpan<byte> ciphertext)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(enc);
        hash.AppendData(ciphertext);
        return hash.GetHashAndReset();
    }
}
