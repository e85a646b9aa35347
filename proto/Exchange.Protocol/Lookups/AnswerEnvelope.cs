using System.Buffers.Binary;
using Exchange.Protocol.Sessions;
using Exchange.V1;

namespace Exchange.Protocol.Lookups;

/// <summary>
/// The sealed answer: nonce, then aad = header, plaintext = status(1) || as_of(8) || handle(64) || padTo(size, answer).
/// One length for every answer of a data set.
/// </summary>
public static class AnswerEnvelope
{
    const int AsOfOffset = 1, HandleOffset = AsOfOffset + sizeof(long), AnswerOffset = HandleOffset + Handles.Size;

    public static int SealedSize(int declaredSize) => AeadKey.NonceSize + AnswerOffset + declaredSize + AeadKey.TagSize;

    /// <summary>Whether an answer will fit the declared size of its data set, once it has its blind.</summary>
    public static bool Fits(Answer answer, int declaredSize)
    {
        // Its tag and its length are a byte each.
        var blind = answer.Blind.IsEmpty ? 2 + MessageCommitment.BlindSize : 0;
        return Padding.Fits(answer.CalculateSize() + blind, declaredSize);
    }

    /// <param name="nonce">12 random bytes.</param>
    /// <returns>Null once the session's keys are gone.</returns>
    internal static byte[]? Seal(
        AeadKey key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> header,
        AnswerStatus status, long asOfUnixMs, ReadOnlySpan<byte> handle, ReadOnlySpan<byte> answer, int declaredSize)
    {
        var envelope = new byte[SealedSize(declaredSize)];
        nonce.CopyTo(envelope);
        var plaintext = envelope.AsSpan(AeadKey.NonceSize..^AeadKey.TagSize);
        plaintext[0] = (byte)status;
        BinaryPrimitives.WriteInt64BigEndian(plaintext[AsOfOffset..], asOfUnixMs);
        handle.CopyTo(plaintext[HandleOffset..]);
        Padding.Write(plaintext[AnswerOffset..], answer);
        if (key.TrySeal(nonce, plaintext, envelope.AsSpan(AeadKey.NonceSize), header))
            return envelope;
        plaintext.Clear();
        return null;
    }

    /// <returns>Null when it does not open or is not laid out as an answer of this size.</returns>
    internal static Content? Open(AeadKey key, ReadOnlySpan<byte> header, ReadOnlySpan<byte> envelope, int declaredSize)
    {
        if (envelope.Length != SealedSize(declaredSize))
            return null;
        var plaintext = new byte[AnswerOffset + declaredSize];
        if (!key.TryOpen(envelope[..AeadKey.NonceSize], envelope[AeadKey.NonceSize..], plaintext, header)
            || plaintext[0] is 0 or > (byte)AnswerStatus.ConsentMissing
            || !Padding.TryRead(plaintext.AsSpan(AnswerOffset), out var message))
            return null;
        return new Content(
            (AnswerStatus)plaintext[0],
            BinaryPrimitives.ReadInt64BigEndian(plaintext.AsSpan(AsOfOffset)),
            plaintext.AsMemory(HandleOffset, Handles.Size),
            plaintext.AsMemory(AnswerOffset)[message]);
    }

    internal readonly record struct Content(AnswerStatus Status, long AsOfUnixMs, ReadOnlyMemory<byte> Handle, ReadOnlyMemory<byte> Answer);
}
