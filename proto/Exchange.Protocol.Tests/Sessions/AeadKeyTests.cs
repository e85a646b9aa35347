using System.Security.Cryptography;
using Exchange.Protocol.Sessions;

namespace Exchange.Protocol.Tests.Sessions;

public sealed class AeadKeyTests
{
    /// <summary>libsodium's cipher, and the platform's for processors without AES.</summary>
    public static TheoryData<bool> Ciphers => ExpandedAesKey.IsSupported ? [true, false] : [false];

    [Theory]
    [MemberData(nameof(Ciphers))]
    public void Every_wycheproof_case_of_these_sizes_seals_to_its_ciphertext_and_opens_or_is_refused(bool expand)
    {
        var (opened, refused) = (0, 0);
        foreach (var (group, test) in Vectors.Wycheproof("wycheproof_aes_gcm.json"))
        {
            if ((Bytes(group, "keySize"), Bytes(group, "ivSize"), Bytes(group, "tagSize")) != (AeadKey.KeySize, AeadKey.NonceSize, AeadKey.TagSize))
                continue;
            using var key = new AeadKey(test.Hex("key"), expand);
            byte[] nonce = test.Hex("iv"), data = test.Hex("aad"), message = test.Hex("msg"), ciphertext = [.. test.Hex("ct"), .. test.Hex("tag")];
            var plaintext = new byte[message.Length];
            if (test.IsValid())
            {
                var own = new byte[ciphertext.Length];
                Assert.True(key.TrySeal(nonce, message, own, data) && key.TryOpen(nonce, ciphertext, plaintext, data));
                Assert.Equal(ciphertext, own);
                Assert.Equal(message, plaintext);
                opened++;
            }
            else
            {
                Assert.False(key.TryOpen(nonce, ciphertext, plaintext, data));
                Assert.All(plaintext, one => Assert.Equal(0, one));
                refused++;
            }
        }
        // Of 316; the others have keys or nonces of other sizes.
        Assert.Equal((39, 27), (opened, refused));

        static int Bytes(System.Text.Json.JsonElement group, string size) => group.GetProperty(size).GetInt32() / 8;
    }

    [Theory]
    [MemberData(nameof(Ciphers))]
    public void One_known_message_seals_to_this(bool expand)
    {
        using var key = new AeadKey(Convert.FromHexString("cdccfe3f46d782ef47df4e72f0c02d9c7f774def970d23486f11a57f54247f17"), expand);
        byte[] nonce = Convert.FromHexString("376187894605a8d45e30de51"), data = Convert.FromHexString("956846a209e087ed");
        var message = Convert.FromHexString("e28e0e9f9d22463ac0e42639b530f42102fded75");
        var ciphertext = new byte[message.Length + AeadKey.TagSize];
        Assert.True(key.TrySeal(nonce, message, ciphertext, data));
        Assert.Equal("feca44952447015b5df1f456df8ca4bb4eee2ce2082e91924deeb77880e1b1c84f9b8d30", Convert.ToHexStringLower(ciphertext));
        ciphertext[^1] ^= 1;
        Assert.False(key.TryOpen(nonce, ciphertext, message, data));
    }

    [Theory]
    [MemberData(nameof(Ciphers))]
    public void Many_threads_share_a_key_without_disturbing_each_other(bool expand)
    {
        using var key = new AeadKey(RandomNumberGenerator.GetBytes(32), expand);
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
    public void Both_ciphers_say_the_same_of_every_size_whether_in_place_or_apart()
    {
        if (!ExpandedAesKey.IsSupported)
            Assert.Skip("this processor has no AES, so there is one cipher only");
        var secret = RandomNumberGenerator.GetBytes(AeadKey.KeySize);
        using AeadKey one = new(secret, expand: true), other = new(secret, expand: false);
        for (var size = 0; size < 700; size++)
        {
            byte[] nonce = RandomNumberGenerator.GetBytes(AeadKey.NonceSize), data = RandomNumberGenerator.GetBytes(size % 97), message = RandomNumberGenerator.GetBytes(size);
            byte[] apart = new byte[size + AeadKey.TagSize], inPlace = [.. message, .. new byte[AeadKey.TagSize]], expected = new byte[size + AeadKey.TagSize];
            Assert.True(one.TrySeal(nonce, message, apart, data) && other.TrySeal(nonce, message, expected, data));
            Assert.True(one.TrySeal(nonce, inPlace.AsSpan(0, size), inPlace, data));
            Assert.Equal(expected, apart);
            Assert.Equal(expected, inPlace);

            var opened = new byte[size];
            Assert.True(one.TryOpen(nonce, apart, opened, data) && one.TryOpen(nonce, inPlace, inPlace.AsSpan(0, size), data));
            Assert.Equal(message, opened);
            Assert.Equal(message, inPlace[..size]);

            apart[RandomNumberGenerator.GetInt32(apart.Length)] ^= 1;
            Assert.False(one.TryOpen(nonce, apart, opened, data));
            Assert.False(opened.AsSpan().ContainsAnyExcept((byte)0));
        }
    }

    [Theory]
    [MemberData(nameof(Ciphers))]
    public void A_key_disposed_of_neither_seals_nor_opens_even_while_in_use(bool expand)
    {
        for (var round = 0; round < 50; round++)
        {
            var secret = RandomNumberGenerator.GetBytes(32);
            var key = new AeadKey(secret, expand);
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
