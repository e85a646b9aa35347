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
    readonly ProviderSession session;
    readonly ReadOnlyMemory<byte> prefix;

    internal OpenedQuestion(
        ProviderSession session, Header header, ByteString headerBytes, ReadOnlyMemory<byte> prefix, Question question, ReadOnlyMemory<byte> message)
    {
        this.session = session;
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

    /// <summary>u, 32 bytes; COLD only.</summary>
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
        var message = answer.ToByteArray();
        // Drawn for every answer, so that one without a handle takes no longer.
        Span<byte> random = stackalloc byte[AeadKey.NonceSize + Handles.Size];
        RandomBytes.Fill(random);
        if (AnswerEnvelope.Seal(
            session.Keys.ToRequester, random[..AeadKey.NonceSize], HeaderBytes.Span,
            status, asOfUnixMs, handle.IsEmpty ? random[AeadKey.NonceSize..] : handle, message, declaredSize) is not { } envelope)
            return false;
        var commitment = new byte[MessageCommitment.Size];
        MessageCommitment.Compute(HeaderBytes.Span, message, commitment);
        given = new GivenAnswer(
            new SealedAnswer { Ciphertext = UnsafeByteOperations.UnsafeWrap(envelope), Commitment = UnsafeByteOperations.UnsafeWrap(commitment) },
            message);
        reason = Reason.Unspecified;
        return true;
    }

    public void Dispose() => CryptographicOperations.ZeroMemory(MemoryMarshal.AsMemory(prefix).Span);
}
