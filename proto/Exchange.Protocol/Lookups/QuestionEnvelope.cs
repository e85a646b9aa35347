using System.Buffers.Binary;
using Exchange.Protocol.Sessions;

namespace Exchange.Protocol.Lookups;

/// <summary>
/// The sealed question: nonce = 0^4 || sequence, aad = header, plaintext = u or handle, then pad128(question).
/// </summary>
static class QuestionEnvelope
{
    /// <summary>Bytes of a serialised question.</summary>
    public const int MaximumQuestionSize = 64 * 1024;

    /// <summary>Bytes before the question: u when COLD, the handle when WARM.</summary>
    public const int UnblindingSize = 32;

    /// <returns>Null once the session's keys are gone.</returns>
    public static byte[]? Seal(AeadKey key, ulong sequence, ReadOnlySpan<byte> header, ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> question)
    {
        var ciphertext = new byte[prefix.Length + Padding.Size128(question.Length) + AeadKey.TagSize];
        // Sealed in place: the plaintext, u above all, leaves no copy behind.
        var plaintext = ciphertext.AsSpan(..^AeadKey.TagSize);
        prefix.CopyTo(plaintext);
        Padding.Write(plaintext[prefix.Length..], question);
        Span<byte> nonce = stackalloc byte[AeadKey.NonceSize];
        Nonce(sequence, nonce);
        if (key.TrySeal(nonce, plaintext, ciphertext, header))
            return ciphertext;
        plaintext.Clear();
        return null;
    }

    public static bool IsSize(int ciphertext, int prefix)
    {
        var padded = ciphertext - prefix - AeadKey.TagSize;
        return padded > 0 && padded <= Padding.Size128(MaximumQuestionSize) && padded % 128 == 0;
    }

    /// <param name="plaintext">As long as the ciphertext without its tag.</param>
    public static bool TryOpen(AeadKey key, ulong sequence, ReadOnlySpan<byte> header, ReadOnlySpan<byte> ciphertext, Span<byte> plaintext)
    {
        Span<byte> nonce = stackalloc byte[AeadKey.NonceSize];
        Nonce(sequence, nonce);
        return key.TryOpen(nonce, ciphertext, plaintext, header);
    }

    static void Nonce(ulong sequence, Span<byte> nonce)
    {
        nonce[..sizeof(uint)].Clear();
        BinaryPrimitives.WriteUInt64BigEndian(nonce[sizeof(uint)..], sequence);
    }
}
