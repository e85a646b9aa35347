using System.Security.Cryptography;
using Exchange.Gateway.Limits;
using Exchange.V1;

namespace Exchange.Gateway.Connections;

/// <summary>What there is to do with a key that a node sends.</summary>
public enum KeyNews
{
    /// <summary>The one that the log has of this node.</summary>
    Known,

    /// <summary>Another one: an entry.</summary>
    New,

    /// <summary>Another one, and the agency has sent too many: it is not given out.</summary>
    TooMany,
}

/// <summary>
/// Which keys of nodes the log has heard of, and how many more an agency may have written: a key lives for a day, and whoever
/// sends others all the time, on however many connections, fills no log.
/// </summary>
public sealed class LoggedKeys(TimeProvider time)
{
    /// <summary>Nodes of one agency that are remembered; the one that was heard of longest ago is forgotten.</summary>
    public const int MostNodes = 64;

    /// <summary>New keys at once, and then one in each interval.</summary>
    public const int Burst = 64;

    static readonly TimeSpan interval = TimeSpan.FromSeconds(10);

    // Under the lock; as many as there are agencies.
    readonly Dictionary<string, Agency> agencies = new(StringComparer.Ordinal);
    readonly Lock changing = new();

    /// <param name="bundle">Of this agency, and of a bundle's form.</param>
    public KeyNews Judge(Bundle bundle)
    {
        var key = Convert.ToHexString(SHA256.HashData([.. bundle.KeyId.Span, .. bundle.PublicKey.Span]));
        lock (changing)
        {
            if (!agencies.TryGetValue(bundle.Agency, out var agency))
                agencies[bundle.Agency] = agency = new Agency();
            if (agency.Keys.GetValueOrDefault(bundle.Node) == key)
                return KeyNews.Known;
            var tick = time.TimestampFrequency * (long)interval.TotalSeconds;
            if (!Gcra.TryTake(agency.PaidUntil, time.GetTimestamp(), tick, tick * Burst, 1, out agency.PaidUntil, out _))
                return KeyNews.TooMany;
            agency.Keys.Remove(bundle.Node);
            if (agency.Keys.Count == MostNodes)
                agency.Keys.RemoveAt(0);
            agency.Keys.Add(bundle.Node, key);
            return KeyNews.New;
        }
    }

    sealed class Agency
    {
        public readonly OrderedDictionary<string, string> Keys = new(StringComparer.Ordinal);
        public long PaidUntil = long.MinValue / 2;
    }
}
