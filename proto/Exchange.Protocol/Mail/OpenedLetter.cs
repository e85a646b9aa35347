using Exchange.Protocol.Identity;
using Exchange.Protocol.Lookups;
using Exchange.Protocol.Sessions;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Protocol.Mail;

/// <summary>A letter that opened, and the way back to its sender's mailbox. About a person.</summary>
public sealed class OpenedLetter : IDisposable
{
    readonly AeadKey answers;
    readonly byte[] enc;
    readonly ByteString keyId;

    internal OpenedLetter(OpenedQuestion question, AeadKey answers, byte[] enc, ByteString keyId) =>
        (Question, this.answers, this.enc, this.keyId) = (question, answers, enc, keyId);

    public OpenedQuestion Question { get; }

    /// <summary>Signs an answer that was sealed for this question.</summary>
    public AnswerLetter Sign(SealedAnswer answer, AgencySigner signer) => new()
    {
        KeyId = keyId,
        Enc = UnsafeByteOperations.UnsafeWrap(enc),
        Answer = answer,
        Chain = { signer.Chain },
        Signature = ByteString.CopyFrom(signer.Sign(MailTranscript.SignedAnswer(Question.HeaderBytes, enc, answer.Ciphertext.Span))),
    };

    public void Dispose()
    {
        Question.Dispose();
        answers.Dispose();
    }
}
