using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Exchange.Protocol.Sessions;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Protocol.Lookups;

/// <summary>The answering side of a lookup.</summary>
public static class ProviderLookups
{
    /// <summary>
    /// Everything that can be said about a question without the agency's data: header, session, time, seal, sequence, commitment.
    /// </summary>
    /// <param name="reason">
    /// HEADER_INVALID, POINT_INVALID, TIME_OUT_OF_RANGE, UNKNOWN_SESSION, SESSION_ENDED, CIPHERTEXT_INVALID, SEQUENCE_REPLAYED,
    /// SEQUENCE_TOO_OLD, COMMITMENT_MISMATCH or QUESTION_INVALID.
    /// </param>
    public static bool TryOpen(
        this ProviderSessions sessions, SealedQuestion question, [NotNullWhen(true)] out OpenedQuestion? opened, out Reason reason)
    {
        opened = null;
        if (!Headers.TryParse(question.Header, out var header, out reason))
            return false;
        reason = Refuse(sessions, header, question);
        if (reason != Reason.Unspecified)
            return false;
        var now = sessions.Now;
        reason = Reason.TimeOutOfRange;
        if (!SessionRules.IsNear(header.TimeUnixMs, now))
            return false;
        if (!sessions.TryFind(header.Requester, header.SessionId, now, out var session, out reason))
            return false;

        reason = Reason.CiphertextInvalid;
        var plaintext = new byte[question.Ciphertext.Length - AeadKey.TagSize];
        if (!QuestionEnvelope.TryOpen(session.Keys.ToProvider, header.Sequence, question.Header.Span, question.Ciphertext.Span, plaintext))
            return false;
        reason = session.Admit(header.Sequence, now);
        if (reason == Reason.Unspecified)
            reason = Read(session.Keys.ToRequester, header, question, plaintext, out opened);
        if (reason != Reason.Unspecified)
            CryptographicOperations.ZeroMemory(plaintext);
        return opened is not null;
    }

    /// <summary>Of a letter: a question alone under its key.</summary>
    /// <param name="reason">CIPHERTEXT_INVALID, COMMITMENT_MISMATCH or QUESTION_INVALID.</param>
    internal static bool TryOpen(AeadKey questions, AeadKey answers, Header header, SealedQuestion question, [NotNullWhen(true)] out OpenedQuestion? opened, out Reason reason)
    {
        opened = null;
        reason = Reason.CiphertextInvalid;
        var plaintext = new byte[question.Ciphertext.Length - AeadKey.TagSize];
        if (!QuestionEnvelope.TryOpen(questions, 0, question.Header.Span, question.Ciphertext.Span, plaintext))
            return false;
        reason = Read(answers, header, question, plaintext, out opened);
        if (reason != Reason.Unspecified)
            CryptographicOperations.ZeroMemory(plaintext);
        return opened is not null;
    }

    static Reason Refuse(ProviderSessions sessions, Header header, SealedQuestion question)
    {
        if (header.Provider != sessions.Agency || header.Node != sessions.Node || header.Kind == LookupKind.Mail)
            return Reason.HeaderInvalid;
        if (question.Point.Length != (header.Kind == LookupKind.Cold ? RequesterLookups.PointSize : 0))
            return Reason.PointInvalid;
        return QuestionEnvelope.IsSize(question.Ciphertext.Length, PrefixSize(header.Kind)) ? Reason.Unspecified : Reason.CiphertextInvalid;
    }

    static Reason Read(AeadKey answers, Header header, SealedQuestion question, byte[] plaintext, out OpenedQuestion? opened)
    {
        opened = null;
        var prefix = PrefixSize(header.Kind);
        if (!Padding.TryRead128(plaintext.AsSpan(prefix), out var range))
            return Reason.CiphertextInvalid;
        var message = plaintext.AsMemory(prefix)[range];
        if (!MessageCommitment.Fits(question.Commitment.Span, question.Header.Span, message.Span))
            return Reason.CommitmentMismatch;
        if (Parse(message.Span) is not { Blind.Length: MessageCommitment.BlindSize } parsed)
            return Reason.QuestionInvalid;
        opened = new OpenedQuestion(answers, header, question.Header, plaintext.AsMemory(0, prefix), parsed, message);
        return Reason.Unspecified;
    }

    static int PrefixSize(LookupKind kind) => kind == LookupKind.Warm ? Handles.Size : QuestionEnvelope.UnblindingSize;

    static Question? Parse(ReadOnlySpan<byte> message)
    {
        try
        {
            return Question.Parser.ParseFrom(message);
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }
}
