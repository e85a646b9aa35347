using System.Diagnostics.CodeAnalysis;
using Exchange.Protocol.Identity;
using Exchange.Protocol.Lookups;
using Exchange.Protocol.Mail;
using Exchange.Protocol.Sessions;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Protocol.Notices;

/// <summary>What one agency has to say to another about what it told it: sealed for the other alone, and signed, so that the hub can add none.</summary>
public static class SealedNotices
{
    /// <summary>Sizes and names are those of a notice, whoever it is of and whatever it says.</summary>
    public static bool HasForm([NotNullWhen(true)] Notice? notice, [NotNullWhen(true)] out NoticeHeader? header)
    {
        header = null;
        return notice is { KeyId.Length: SessionRules.KeyIdSize, Enc.Length: NoticeRules.EncSize, Commitment.Length: NoticeRules.CommitmentSize, Signature.Length: VerifiedCertificate.SignatureSize }
            && notice.Ciphertext.Length == NoticeRules.SealedSize(NoticeRules.NoticeSize)
            && notice.CalculateSize() - notice.Ciphertext.Length <= NoticeRules.LargestEnvelope
            && NoticeHeaders.TryParse(notice.Header, out header);
    }

    /// <summary>Draws the content's blind. Null when the mailbox's key is not one to agree with.</summary>
    /// <exception cref="ArgumentException">The content is larger than a notice.</exception>
    public static Notice? Seal(VerifiedMailbox recipient, AgencySigner signer, NoticeHeader header, NoticeContent content)
    {
        if (content.RequestIds.Count > NoticeRules.MostRequests || content.Note.Length > NoticeRules.LongestNote)
            throw new ArgumentException("More is said than a notice holds.", nameof(content));
        content.Blind = RandomBytes.Blind();
        var bytes = header.ToByteString();
        if (!NoticeSeal.Notice.TrySeal(recipient, bytes, content.ToByteArray(), out var enc, out var ciphertext, out var commitment))
            return null;
        return new Notice
        {
            Header = bytes,
            KeyId = recipient.KeyId,
            Enc = enc,
            Ciphertext = ciphertext,
            Commitment = commitment,
            Chain = { signer.Chain },
            Signature = ByteString.CopyFrom(NoticeSeal.Notice.Sign(signer, bytes, enc, ciphertext)),
        };
    }

    /// <param name="agency">Who opens it.</param>
    /// <param name="key">The mailbox's key that it names; null when it is no longer kept.</param>
    /// <param name="reason">HEADER_INVALID, NOTICE_EXPIRED, SIGNATURE_INVALID, CIPHERTEXT_INVALID, COMMITMENT_MISMATCH, or a reason of <see cref="CertificateVerifier"/>.</param>
    public static bool TryOpen(
        Notice notice, string agency, MailboxKey? key, CertificateVerifier certificates, DateTimeOffset now,
        [NotNullWhen(true)] out NoticeHeader? header, [NotNullWhen(true)] out NoticeContent? content, out Reason reason)
    {
        content = null;
        reason = Reason.HeaderInvalid;
        if (!HasForm(notice, out header) || header.Recipient != agency)
            return false;
        reason = Reason.NoticeExpired;
        if (header.ExpiryUnixMs <= now.ToUnixTimeMilliseconds() || !NoticeRules.MayWaitUntil(header.ExpiryUnixMs, header.TimeUnixMs))
            return false;
        if (!certificates.TryVerifyAgency(notice.Chain, header.Sender, out var certificate, out reason))
            return false;
        reason = Reason.SignatureInvalid;
        if (!NoticeSeal.Notice.HasSigned(certificate, notice.Header, notice.Enc, notice.Ciphertext, notice.Signature))
            return false;
        if (!NoticeSeal.Notice.TryOpen(key, notice.KeyId, notice.Header, notice.Enc, notice.Ciphertext, notice.Commitment, out var message, out reason))
            return false;
        content = Parse(message);
        reason = content is null ? Reason.CiphertextInvalid : Reason.Unspecified;
        return content is not null;
    }

    static NoticeContent? Parse(byte[] message)
    {
        try
        {
            var content = NoticeContent.Parser.ParseFrom(message);
            return content.Kind is NoticeKind.Recall or NoticeKind.Correction or NoticeKind.Closed && content.Blind.Length == MessageCommitment.BlindSize
                && content.Reference.Length == NoticeRules.IdSize && content.Note.Length <= NoticeRules.LongestNote
                && content.RequestIds.Count <= NoticeRules.MostRequests && content.RequestIds.All(id => id.Length == NoticeRules.IdSize)
                ? content
                : null;
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }
}
