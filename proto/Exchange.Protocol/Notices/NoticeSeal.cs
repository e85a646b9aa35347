using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Exchange.Protocol.Encoding;
using Exchange.Protocol.Hpke;
using Exchange.Protocol.Identity;
using Exchange.Protocol.Lookups;
using Exchange.Protocol.Mail;
using Exchange.Protocol.Sessions;
using Google.Protobuf;

namespace Exchange.Protocol.Notices;

/// <summary>
/// What notices and replies have in common: one message sealed once for a mailbox, under the notice's header, padded to one size and signed.
/// The labels of the two ways, and of the two kinds of reply, differ: none can stand for another.
/// </summary>
/// <param name="Label">Of the seal.</param>
/// <param name="SignatureLabel">Of the signature.</param>
/// <param name="Stage">Of a reply; 0 of a notice.</param>
/// <param name="Size">Bytes to which the message is padded.</param>
readonly record struct NoticeSeal(string Label, string SignatureLabel, long Stage, int Size)
{
    public static NoticeSeal Notice { get; } = new("xhub/v1/notice", "xhub/v1/notice-sig", 0, NoticeRules.NoticeSize);

    public static NoticeSeal Reply(V1.NoticeStage stage) => new("xhub/v1/notice-reply", "xhub/v1/notice-reply-sig", (long)stage, NoticeRules.ReplySize);

    /// <summary>False when the mailbox's key is not one to agree with.</summary>
    public bool TrySeal(VerifiedMailbox mailbox, ByteString header, byte[] message, out ByteString enc, out ByteString ciphertext, out ByteString commitment)
    {
        (enc, ciphertext, commitment) = (ByteString.Empty, ByteString.Empty, ByteString.Empty);
        if (!Padding.Fits(message.Length, Size) || !HpkeSetup.TrySender(mailbox.Suite, mailbox.PublicKey.Span, Info(header), out var encapsulated, out var context))
            return false;
        using (context)
        {
            using var key = MailKey.Of(context, Label);
            Span<byte> nonce = stackalloc byte[AeadKey.NonceSize];
            nonce.Clear();
            var padded = new byte[Size];
            Padding.Write(padded, message);
            var bytes = new byte[NoticeRules.SealedSize(Size)];
            // The key seals this once, under the nonce zero.
            key.TrySeal(nonce, padded, bytes, header.Span);
            var committed = new byte[MessageCommitment.Size];
            MessageCommitment.Compute(header.Span, message, committed);
            (enc, ciphertext, commitment) = (UnsafeByteOperations.UnsafeWrap(encapsulated), UnsafeByteOperations.UnsafeWrap(bytes), UnsafeByteOperations.UnsafeWrap(committed));
            return true;
        }
    }

    public byte[] Sign(AgencySigner signer, ByteString header, ByteString enc, ByteString ciphertext) => signer.Sign(Signed(header, enc, ciphertext));

    public bool HasSigned(VerifiedCertificate certificate, ByteString header, ByteString enc, ByteString ciphertext, ByteString signature) =>
        certificate.HasSigned(Signed(header, enc, ciphertext), signature.Span);

    /// <param name="reason">CIPHERTEXT_INVALID or COMMITMENT_MISMATCH.</param>
    public bool TryOpen(
        MailboxKey? key, ByteString keyId, ByteString header, ByteString enc, ByteString ciphertext, ByteString commitment, [NotNullWhen(true)] out byte[]? message, out V1.Reason reason)
    {
        message = null;
        reason = V1.Reason.CiphertextInvalid;
        if (key is null || key.Id != keyId || ciphertext.Length != NoticeRules.SealedSize(Size) || !HpkeSetup.TryRecipient(key.Keys, enc.Span, Info(header), out var context))
            return false;
        using (context)
        {
            using var opening = MailKey.Of(context, Label);
            Span<byte> nonce = stackalloc byte[AeadKey.NonceSize];
            nonce.Clear();
            var padded = new byte[Size];
            if (!opening.TryOpen(nonce, ciphertext.Span, padded, header.Span) || !Padding.TryRead(padded, out var range))
                return false;
            reason = V1.Reason.CommitmentMismatch;
            if (!MessageCommitment.Fits(commitment.Span, header.Span, padded.AsSpan(range)))
                return false;
            reason = V1.Reason.Unspecified;
            message = padded[range];
            return true;
        }
    }

    byte[] Info(ByteString header) => Stage == 0 ? Parts.Encode(Label, header) : Parts.Encode(Label, header, Stage);

    byte[] Signed(ByteString header, ByteString enc, ByteString ciphertext)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(enc.Span);
        hash.AppendData(ciphertext.Span);
        var sealedHash = hash.GetHashAndReset();
        return Stage == 0 ? Parts.Encode(SignatureLabel, header, sealedHash) : Parts.Encode(SignatureLabel, header, Stage, sealedHash);
    }
}
