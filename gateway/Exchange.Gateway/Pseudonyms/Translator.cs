using Exchange.Protocol.Pseudonyms;

namespace Exchange.Gateway.Pseudonyms;

/// <summary>The point work of a COLD lookup, with whatever keys are in force. Neither X nor Z is kept or logged.</summary>
public sealed class Translator
{
    // Replaced as a whole; a lookup under way goes on with the ring it began with.
    volatile TranslationKeyRing ring = TranslationKeyRing.Empty;

    /// <summary>How many agencies and epochs can be translated.</summary>
    public int Count => ring.Count;

    public ulong Generation => ring.Generation;

    /// <summary>Whether there is a key for this agency and epoch; without one a lookup ends with EPOCH_MISMATCH.</summary>
    public bool HasKey(string agency, ulong epoch) => ring.Contains(agency, epoch);

    /// <summary>Z = t_AB * X. False when a key is missing (see <see cref="HasKey"/>), and else because X is no point: POINT_INVALID.</summary>
    public bool TryTranslate(string requester, ulong requesterEpoch, string provider, ulong providerEpoch, ReadOnlySpan<byte> x, Span<byte> z)
    {
        if (ring.TryGet(new TranslationKeyRing.Pair(requester, requesterEpoch, provider, providerEpoch), out var translation))
            return Translation.TryApply(translation, x, z);
        z.Clear();
        return false;
    }

    internal void Use(TranslationKeyRing keys) => ring = keys;
}
