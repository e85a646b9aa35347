using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using Exchange.Protocol.Pseudonyms;
using Exchange.V1;

namespace Exchange.Gateway.Pseudonyms;

/// <summary>The translation keys of one fetch, w for each agency and epoch, and the pairs computed from them so far.</summary>
sealed class TranslationKeyRing
{
    /// <summary>Pairs kept, some 200 bytes each; when there are more, all are forgotten and computed anew, 30 us a pair.</summary>
    const int MaximumPairs = 100_000;

    readonly FrozenDictionary<(string Agency, ulong Epoch), SecretScalar> keys;
    readonly ConcurrentDictionary<Pair, SecretScalar> pairs = new();

    TranslationKeyRing(ulong generation, FrozenDictionary<(string, ulong), SecretScalar> keys)
    {
        Generation = generation;
        this.keys = keys;
    }

    internal static TranslationKeyRing Empty { get; } = new(0, FrozenDictionary<(string, ulong), SecretScalar>.Empty);

    /// <summary>g; 0 before the first fetch.</summary>
    internal ulong Generation { get; }

    internal int Count => keys.Count;

    /// <summary>Null when a key is not a scalar or stands twice.</summary>
    internal static TranslationKeyRing? Parse(TranslationKeys message)
    {
        var keys = new Dictionary<(string, ulong), SecretScalar>();
        foreach (var one in message.Keys)
            if (!Ristretto.IsScalar(one.Key.Span) || !keys.TryAdd((one.Agency, one.Epoch), new SecretScalar(one.Key.Span)))
                return null;
        return message.Generation == 0 ? null : new TranslationKeyRing(message.Generation, keys.ToFrozenDictionary());
    }

    internal bool Contains(string agency, ulong epoch) => keys.ContainsKey((agency, epoch));

    internal bool TryGet(Pair pair, [NotNullWhen(true)] out SecretScalar? translation) => pairs.TryGetValue(pair, out translation) || TryCompute(pair, out translation);

    bool TryCompute(Pair pair, [NotNullWhen(true)] out SecretScalar? translation)
    {
        translation = null;
        if (!keys.TryGetValue((pair.Requester, pair.RequesterEpoch), out var from) || !keys.TryGetValue((pair.Provider, pair.ProviderEpoch), out var to))
            return false;
        translation = Translation.Key(from, to);
        if (pairs.Count >= MaximumPairs)
            pairs.Clear();
        pairs.TryAdd(pair, translation);
        return true;
    }

    internal readonly record struct Pair(string Requester, ulong RequesterEpoch, string Provider, ulong ProviderEpoch);
}
