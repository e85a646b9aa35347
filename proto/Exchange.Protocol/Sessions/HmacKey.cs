using System.Security.Cryptography;

namespace Exchange.Protocol.Sessions;

/// <summary>HMAC-SHA256 under one key, for any number of threads. Keyed once and not for each hash, which costs twice as much.</summary>
public sealed class HmacKey : IDisposable
{
    /// <summary>Bytes of a hash.</summary>
    public const int HashSize = HMACSHA256.HashSizeInBytes;

    readonly LentInstances<HMACSHA256> hashes;

    /// <param name="key">Copied.</param>
    public HmacKey(ReadOnlySpan<byte> key) => hashes = new LentInstances<HMACSHA256>(key, static key => new HMACSHA256(key));

    /// <param name="hash">32 bytes.</param>
    /// <exception cref="ObjectDisposedException"/>
    public void Hash(ReadOnlySpan<byte> message, Span<byte> hash)
    {
        var one = hashes.Rent();
        ObjectDisposedException.ThrowIf(one is null, this);
        try
        {
            one.TryComputeHash(message, hash, out _);
        }
        finally
        {
            hashes.Return(one);
        }
    }

    public void Dispose() => hashes.Dispose();
}
