using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Exchange.Protocol.Sessions;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Protocol.Lookups;

/// <summary>A question that opened: whose it is, what it asks, and the way back. About a person. Zeroes u or handle on disposal.</summary>
public sealed class OpenedQuestion : IDisposable
{
    readonly AeadKey answers;
    readonly ReadOnlyMemory<byte> prefix;

    internal OpenedQuestion(
        AeadKey answers, Header header, ByteString headerBytes, ReadOnlyMemory<byte> prefix, Question question, ReadOnlyMemory<byte> message)
    {
        this.answers = answers;
        this.prefix = prefix;
        Header = header;
        HeaderBytes = headerBytes;
        Question = question;
        Message = message;
    }

    public Header Header { get; }

    public ByteString HeaderBytes { get; }

    public Question Question { get; }

    /// <summary>The question as committed to, for the journal.</summary>
    public ReadOnlyMemory<byte> Message { get; }

    public bool IsWarm => Header.Kind == LookupKind.Warm;

    /// <summary>u, 32 bytes; not WARM.</summary>
    public ReadOnlySpan<byte> Unblinding => IsWarm ? throw new InvalidOperationException("A WARM question carries no u.") : prefix.Span;

    /// <summary>64 bytes; WARM only.</summary>
    public ReadOnlySpan<byte> Handle => IsWarm ? prefix.Span : throw new InvalidOperationException("A COLD question carries no handle.");

    /// <summary>Seals an answer; every status takes the same steps and the same size. Draws the answer's blind.</summary>
    /// <param name="asOfUnixMs">When the source last confirmed it.</param>
    /// <param name="handle">64 bytes; random ones take its place when empty.</param>
    /// <param name="declaredSize">Of the data set.</param>
    /// <param name="reason">ANSWER_TOO_LARGE, or UNKNOWN_SESSION when the session gave way meanwhile.</param>
    public bool TrySealAnswer(
        AnswerStatus status, long asOfUnixMs, ReadOnlySpan<byte> handle, Answer answer, int declaredSize,
        [NotNullWhen(true)] out GivenAnswer? given, out Reason reason)
    {
        ArgumentOutOfRangeException.ThrowIfEqual((int)status, (int)AnswerStatus.Unspecified);
        if (!handle.IsEmpty)
            ArgumentOutOfRangeException.ThrowIfNotEqual(handle.Length, Handles.Size);
        given = null;
        answer.Blind = RandomBytes.Blind();
        reason = Reason.AnswerTooLarge;
        if (!Padding.Fits(answer.CalculateSize(), declaredSize))
            return false;

        reason = Reason.UnknownSession;
        given = Seal(status, asOfUnixMs, handle, answer.ToByteArray(), declaredSize);
        if (given is null)
            return false;
        reason = Reason.Unspecified;
        return true;
    }

    /// <summary>
    /// Seals once more what was told before, with the commitment of before: its requester perhaps never got it. Comes without a handle.
    /// </summary>
    /// <param name="message">The answer as committed to.</param>
    /// <returns>Null when it is larger than its data set declares, or the session gave way.</returns>
    public GivenAnswer? SealAgain(AnswerStatus status, long asOfUnixMs, ReadOnlyMemory<byte> message, int declaredSize) =>
        Padding.Fits(message.Length, declaredSize) ? Seal(status, asOfUnixMs, [], message, declaredSize) : null;

    GivenAnswer? Seal(AnswerStatus status, long asOfUnixMs, ReadOnlySpan<byte> handle, ReadOnlyMemory<byte> message, int declaredSize)
    {
        // Drawn for every answer, so that one without a handle takes no longer.
        Span<byte> random = stackalloc byte[AeadKey.NonceSize + Handles.Size];
        RandomBytes.Fill(random);
        if (AnswerEnvelope.Seal(
            answers, random[..AeadKey.NonceSize], HeaderBytes.Span,
            status, asOfUnixMs, handle.IsEmpty ? random[AeadKey.NonceSize..] : handle, message.Span, declaredSize) is not { } envelope)
            return null;
        var commitment = new byte[MessageCommitment.Size];
        MessageCommitment.Compute(HeaderBytes.Span, message.Span, commitment);
        return new GivenAnswer(
            new SealedAnswer { Ciphertext = UnsafeByteOperations.UnsafeWrap(envelope), Commitment = UnsafeByteOperations.UnsafeWrap(commitment) },
            message);
    }

    public void Dispose() => CryptographicOperations.ZeroMemory(MemoryMarshal.AsMemory(prefix).Span);
}
