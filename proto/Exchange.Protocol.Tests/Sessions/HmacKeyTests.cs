using System.Security.Cryptography;
using Exchange.Protocol.Sessions;

namespace Exchange.Protocol.Tests.Sessions;

public sealed class HmacKeyTests
{
    [Fact]
    public void Many_threads_at_once_each_get_the_hash_of_their_own_message()
    {
        var secret = RandomNumberGenerator.GetBytes(32);
        using var key = new HmacKey(secret);
        Parallel.For(0, 2000, i =>
        {
            var message = BitConverter.GetBytes(i);
            Span<byte> hash = stackalloc byte[HmacKey.HashSize];
            key.Hash(message, hash);
            Assert.Equal(HMACSHA256.HashData(secret, message), hash.ToArray());
        });
    }

    [Fact]
    public void A_key_that_was_disposed_of_hashes_nothing()
    {
        var key = new HmacKey(new byte[32]);
        key.Hash([1], new byte[HmacKey.HashSize]);
        key.Dispose();
        Assert.Throws<ObjectDisposedException>(() => key.Hash([1], new byte[HmacKey.HashSize]));
    }
}
