using System.Security.Cryptography;
using Exchange.Protocol.Sessions;

namespace Exchange.Protocol.Tests.Sessions;

public sealed class AeadKeyTests
{
    [Fact]
    public void Many_threads_share_a_key_without_disturbing_each_other()
    {
        using var key = new AeadKey(RandomNumberGenerator.GetBytes(32));
        var failed = 0;
        Parallel.For(0, 20_000, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            Span<byte> nonce = stackalloc byte[12], plaintext = stackalloc byte[64], ciphertext = stackalloc byte[80], opened = stackalloc byte[64];
            BitConverter.TryWriteBytes(nonce, i);
            plaintext.Fill((byte)i);
            if (!key.TrySeal(nonce, plaintext, ciphertext, nonce) || !key.TryOpen(nonce, ciphertext, opened, nonce) || !opened.SequenceEqual(plaintext))
                Interlocked.Increment(ref failed);
        });
        Assert.Equal(0, failed);
    }

    [Fact]
    public void A_key_disposed_of_neither_seals_nor_opens_even_while_in_use()
    {
        for (var round = 0; round < 50; round++)
        {
            var secret = RandomNumberGenerator.GetBytes(32);
            var key = new AeadKey(secret);
            using var reference = new AesGcm(secret, 16);
            var wrong = 0;
            Parallel.For(0, 64, i =>
            {
                if (i == 32)
                    key.Dispose();
                Span<byte> nonce = stackalloc byte[12], sealedEmpty = stackalloc byte[16], expected = stackalloc byte[16];
                BitConverter.TryWriteBytes(nonce, i);
                if (!key.TrySeal(nonce, [], sealedEmpty, []))
                    return;
                lock (reference)
                    reference.Encrypt(nonce, [], [], expected);
                if (!sealedEmpty.SequenceEqual(expected))
                    Interlocked.Increment(ref wrong);
            });
            Assert.Equal(0, wrong);
            Assert.False(key.TrySeal(new byte[12], [], new byte[16], []));
            Assert.False(key.TryOpen(new byte[12], new byte[16], [], []));
        }
    }
}
