using System.Diagnostics.CodeAnalysis;
using Exchange.Protocol.Identity;
using Exchange.Protocol.Lookups;
using Exchange.Protocol.Mail;
using Exchange.Protocol.Sessions;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Protocol.Notices;

/// <summary>The recipient's word that a notice has arrived, or that an official has acknowledged it. Signed: the hub's own word for it would prove nothing.</summary>
public static class NoticeReplies
{
    /// <summary>Sizes are those of a reply, whoever it is of and whatever it says.</summary>
    public static bool HasForm([NotNullWhen(true)] NoticeReply? reply) =>
        reply is
        {
            NoticeId.Length: NoticeRules.IdSize, Stage: NoticeStage.Received or NoticeStage.Acknowledged, KeyId.Length: SessionRules.KeyIdSize, Enc.Length: NoticeRules.EncSize,
            Commitment.Length: NoticeRules.CommitmentSize, Signature.Length: VerifiedCertificate.SignatureSize
        }
        && reply.Ciphertext.Length == NoticeRules.SealedSize(NoticeRules.ReplySize) && reply.CalculateSize() - reply.Ciphertext.Length <= NoticeRules.LargestEnvelope;

    /// <summary>Draws the content's blind. Null when the mailbox's key is not one to agree with, or the official's name is too long.</summary>
    /// <param name="header">Of the notice, as it came.</param>
    public static NoticeReply? Seal(VerifiedMailbox sender, AgencySigner signer, ByteString header, ByteString noticeId, NoticeStage stage, NoticeReplyContent content)
    {
        content.Blind = RandomBytes.Blind();
        var seal = NoticeSeal.Reply(stage);
        if (!seal.TrySeal(sender, header, content.ToByteArray(), out var enc, out var ciphertext, out var commitment))
            return null;
        return new NoticeReply
        {
            NoticeId = noticeId,
            Stage = stage,
            KeyId = sender.KeyId,
            Enc = enc,
            Ciphertext = ciphertext,
            Commitment = commitment,
            Chain = { signer.Chain },
            Signature = ByteString.CopyFrom(seal.Sign(signer, header, enc, ciphertext)),
        };
    }

    /// <param name="header">Of the notice, as it was sent.</param>
    /// <param name="recipient">Of the notice.</param>
    /// <param name="key">The mailbox's key that the reply names; null when it is no longer kept.</param>
    /// <param name="reason">HEADER_INVALID, SIGNATURE_INVALID, CIPHERTEXT_INVALID, COMMITMENT_MISMATCH, or a reason of <see cref="CertificateVerifier"/>.</param>
    public static bool TryOpen(
        NoticeReply reply, ByteString header, string recipient, MailboxKey? key, CertificateVerifier certificates, [NotNullWhen(true)] out NoticeReplyContent? content, out Reason reason)
    {
        content = null;
        reason = Reason.HeaderInvalid;
        if (!HasForm(reply) || !certificates.TryVerifyAgency(reply.Chain, recipient, out var certificate, out reason))
            return false;
        var seal = NoticeSeal.Reply(reply.Stage);
        reason = Reason.SignatureInvalid;
        if (!seal.HasSigned(certificate, header, reply.Enc, reply.Ciphertext, reply.Signature))
            return false;
        if (!seal.TryOpen(key, reply.KeyId, header, reply.Enc, reply.Ciphertext, reply.Commitment, out var message, out reason))
            return false;
        content = Parse(message);
        reason = content is null ? Reason.CiphertextInvalid : Reason.Unspecified;
        return content is not null;
    }

    static NoticeReplyContent? Parse(byte[] message)
    {
        try
        {
            return NoticeReplyContent.Parser.ParseFrom(message) is { Blind.Length: MessageCommitment.BlindSize } content ? content : null;
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }
}
