using System.Diagnostics.CodeAnalysis;
using Exchange.Protocol.Sessions;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Protocol.Lookups;

/// <summary>What a question is about, as far as the hub may know.</summary>
public readonly record struct LookupTarget(string Task, string DataSet, ulong RequesterEpoch);

/// <summary>The asking side of a lookup.</summary>
public static class RequesterLookups
{
    /// <summary>Bytes of X.</summary>
    public const int PointSize = 32;

    /// <summary>Takes a sequence number and seals. Draws the question's blind, so the same message may be sealed again for a retry.</summary>
    /// <param name="point">X, 32 bytes.</param>
    /// <param name="unblinding">u, 32 bytes; the pair it belongs to is never used again, whatever comes of this.</param>
    /// <param name="reason">SESSION_ENDED or MESSAGE_TOO_LARGE.</param>
    public static bool TrySealCold(
        this RequesterSession session, LookupTarget target, ReadOnlySpan<byte> point, ReadOnlySpan<byte> unblinding, Question question,
        [NotNullWhen(true)] out AskedQuestion? asked, out Reason reason)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(point.Length, PointSize);
        ArgumentOutOfRangeException.ThrowIfNotEqual(unblinding.Length, QuestionEnvelope.UnblindingSize);
        return TrySeal(session, target, LookupKind.Cold, point, unblinding, question, out asked, out reason);
    }

    /// <inheritdoc cref="TrySealCold"/>
    /// <param name="handle">64 bytes, of an earlier answer about this person in this data set.</param>
    public static bool TrySealWarm(
        this RequesterSession session, LookupTarget target, ReadOnlySpan<byte> handle, Question question,
        [NotNullWhen(true)] out AskedQuestion? asked, out Reason reason)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(handle.Length, Handles.Size);
        return TrySeal(session, target, LookupKind.Warm, [], handle, question, out asked, out reason);
    }

    /// <summary>Opens the answer to this question, once.</summary>
    /// <param name="reason">ANSWER_INVALID, COMMITMENT_MISMATCH, or SEQUENCE_REPLAYED for a second answer.</param>
    public static bool TryOpen(
        this RequesterSession session, AskedQuestion asked, SealedAnswer answer, int declaredSize,
        [NotNullWhen(true)] out OpenedAnswer? opened, out Reason reason) => TryOpen(session.Keys.ToRequester, asked, answer, declaredSize, out opened, out reason);

    /// <inheritdoc cref="TryOpen(RequesterSession, AskedQuestion, SealedAnswer, int, out OpenedAnswer?, out Reason)"/>
    internal static bool TryOpen(
        AeadKey answers, AskedQuestion asked, SealedAnswer answer, int declaredSize, [NotNullWhen(true)] out OpenedAnswer? opened, out Reason reason)
    {
        opened = null;
        reason = Reason.AnswerInvalid;
        var header = asked.Message.Header.Span;
        if (AnswerEnvelope.Open(answers, header, answer.Ciphertext.Span, declaredSize) is not { } content)
            return false;
        if (!MessageCommitment.Fits(answer.Commitment.Span, header, content.Answer.Span))
        {
            reason = Reason.CommitmentMismatch;
            return false;
        }
        if (Parse(content.Answer.Span) is not { Blind.Length: MessageCommitment.BlindSize } message)
            return false;
        if (!asked.TakeAnswer())
        {
            reason = Reason.SequenceReplayed;
            return false;
        }
        opened = new OpenedAnswer(content, message);
        reason = Reason.Unspecified;
        return true;
    }

    static bool TrySeal(
        RequesterSession session, LookupTarget target, LookupKind kind, ReadOnlySpan<byte> point, ReadOnlySpan<byte> prefix, Question question,
        [NotNullWhen(true)] out AskedQuestion? asked, out Reason reason)
    {
        asked = null;
        reason = Reason.MessageTooLarge;
        question.Blind = RandomBytes.Blind();
        if (question.CalculateSize() > QuestionEnvelope.MaximumQuestionSize)
            return false;

        reason = Reason.SessionEnded;
        var now = session.Now;
        if (!session.TryTakeSequence(now, out var sequence))
            return false;
        var header = new Header
        {
            SessionId = session.Id,
            Sequence = sequence,
            Requester = session.Requester,
            Provider = session.Provider,
            Node = session.Node,
            Task = target.Task,
            DataSet = target.DataSet,
            RequesterEpoch = target.RequesterEpoch,
            TimeUnixMs = now.ToUnixTimeMilliseconds(),
            Kind = kind,
        }.ToByteArray();
        var message = question.ToByteArray();
        if (QuestionEnvelope.Seal(session.Keys.ToProvider, sequence, header, prefix, message) is not { } ciphertext)
            return false;
        var commitment = new byte[MessageCommitment.Size];
        MessageCommitment.Compute(header, message, commitment);
        asked = new AskedQuestion(
            new SealedQuestion
            {
                Header = UnsafeByteOperations.UnsafeWrap(header),
                Point = ByteString.CopyFrom(point),
                Ciphertext = UnsafeByteOperations.UnsafeWrap(ciphertext),
                Commitment = UnsafeByteOperations.UnsafeWrap(commitment),
            },
            sequence,
            message);
        reason = Reason.Unspecified;
        return true;
    }

    static Answer? Parse(ReadOnlySpan<byte> message)
    {
        try
        {
            return Answer.Parser.ParseFrom(message);
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }
}
