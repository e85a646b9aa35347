using Exchange.Protocol.Encoding;
using Exchange.Protocol.Sessions;

namespace Exchange.Protocol.Lookups;

/// <summary>
/// Under which name a requester caches a handle: HMAC-SHA256(k_cache, T(stored_A, B, data set)). Says nothing to whoever
/// reads the cache; the value is sealed with another key.
/// </summary>
public sealed class HandleCacheKey : IDisposable
{
    /// <summary>Bytes, of k_cache and of a name.</summary>
    public const int Size = 32;

    readonly HmacKey key;

    /// <param name="key">k_cache, 32 bytes, copied.</param>
    public HandleCacheKey(ReadOnlySpan<byte> key)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, Size);
        this.key = new HmacKey(key);
    }

    /// <param name="stored">The agency's own key for the person, 32 bytes.</param>
    /// <param name="name">32 bytes.</param>
    public void Compute(ReadOnlySpan<byte> stored, string provider, string dataSet, Span<byte> name)
    {
        var parts = new PartsWriter(stackalloc byte[256], stored);
        parts.Add(provider);
        parts.Add(dataSet);
        key.Hash(parts.Written, name);
        parts.Dispose();
    }

    public void Dispose() => key.Dispose();
}
