using Exchange.Protocol.Hpke;
using Exchange.Protocol.Pseudonyms;

namespace Exchange.Protocol.Tests.Hpke;

public sealed class HpkeTests
{
    [Fact]
    public void All_base_mode_vectors_of_rfc_9180_give_their_shared_secret_exporter_secret_and_exports()
    {
        var seen = 0;
        foreach (var vector in Vectors.Load("rfc9180_hpke_x25519_hkdf_sha256.json").EnumerateArray())
        {
            if (vector.GetProperty("mode").GetInt32() != 0)
                continue;
            seen++;
            var enc = vector.Hex("enc");
            var dh = new byte[32];
            Assert.True(X25519.TryMultiply(vector.Hex("skRm"), enc, dh));
            var shared = new byte[32];
            KeySchedule.KemSharedSecret(dh, [.. enc, .. vector.Hex("pkRm")], shared);
            Assert.Equal(vector.Hex("shared_secret"), shared);
            using var context = new HpkeContext(shared, vector.Hex("info"), (ushort)vector.GetProperty("aead_id").GetInt32());
            Assert.Equal(vector.Hex("exporter_secret"), context.ExporterSecret.ToArray());
            foreach (var export in vector.GetProperty("exports").EnumerateArray())
            {
                var key = new byte[export.GetProperty("L").GetInt32()];
                context.Export(export.Hex("exporter_context"), key);
                Assert.Equal(export.Hex("exported_value"), key);
            }
        }
        Assert.Equal(3, seen);
    }

    [Fact]
    public void The_suite_of_lookups_matches_its_vector_on_both_sides()
    {
        var vector = Vectors.Load("rfc9180_hpke_x25519_hkdf_sha256.json").EnumerateArray()
            .Single(one => one.GetProperty("mode").GetInt32() == 0 && one.GetProperty("aead_id").GetInt32() == KeySchedule.Aes256Gcm);
        using var ephemeral = HpkeKeyPair.FromPrivateKey(HpkeSuite.X25519, vector.Hex("skEm"));
        using var recipient = HpkeKeyPair.FromPrivateKey(HpkeSuite.X25519, vector.Hex("skRm"));
        Assert.Equal(vector.Hex("pkRm"), recipient.PublicKey);
        Assert.True(HpkeSetup.TrySender(ephemeral, recipient.PublicKey, vector.Hex("info"), out var enc, out var sender));
        Assert.Equal(vector.Hex("enc"), enc);
        Assert.True(HpkeSetup.TryRecipient(recipient, enc, vector.Hex("info"), out var receiver));
        Assert.Equal(vector.Hex("exporter_secret"), sender.ExporterSecret.ToArray());
        Assert.Equal(vector.Hex("exporter_secret"), receiver.ExporterSecret.ToArray());
    }

    [Fact]
    public void The_session_keys_of_the_known_answer_hold()
    {
        var session = Vectors.Load("protocol_kat.json").GetProperty("session");
        using var recipient = HpkeKeyPair.FromPrivateKey(HpkeSuite.X25519, session.Hex("skR"));
        Assert.Equal(session.Hex("pkR"), recipient.PublicKey);
        Assert.True(HpkeSetup.TryRecipient(recipient, session.Hex("enc"), session.Hex("info"), out var context));
        Assert.Equal(session.Hex("k_ab"), Export(context, "xhub/v1/req"u8));
        Assert.Equal(session.Hex("k_ba"), Export(context, "xhub/v1/res"u8));
    }

    [Fact]
    public void Both_sides_export_the_same_keys_and_another_info_gives_others()
    {
        using var recipient = HpkeKeyPair.Generate(HpkeSuite.X25519);
        Assert.True(HpkeSetup.TrySender(HpkeSuite.X25519, recipient.PublicKey, "info"u8, out var enc, out var sender));
        Assert.True(HpkeSetup.TryRecipient(recipient, enc, "info"u8, out var same));
        Assert.True(HpkeSetup.TryRecipient(recipient, enc, "other"u8, out var other));
        Assert.Equal(Export(sender, "label"u8), Export(same, "label"u8));
        Assert.NotEqual(Export(sender, "label"u8), Export(other, "label"u8));
        Assert.NotEqual(Export(sender, "label"u8), Export(sender, "another"u8));
    }

    [Theory]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("0100000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")]
    [InlineData("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800")]
    [InlineData("")]
    [InlineData("00")]
    public void A_key_of_low_order_or_wrong_length_is_refused_on_both_sides(string hex)
    {
        var key = Convert.FromHexString(hex);
        using var recipient = HpkeKeyPair.Generate(HpkeSuite.X25519);
        Assert.False(HpkeSetup.TrySender(HpkeSuite.X25519, key, [], out _, out _));
        Assert.False(HpkeSetup.TryRecipient(recipient, key, [], out _));
    }

    [Fact]
    public void An_unknown_suite_is_refused()
    {
        using var recipient = HpkeKeyPair.Generate(HpkeSuite.X25519);
        Assert.False(HpkeSetup.TrySender("x25519", recipient.PublicKey, [], out _, out _));
        Assert.Throws<ArgumentException>(() => HpkeKeyPair.Generate("P-256"));
    }

    static byte[] Export(HpkeContext context, ReadOnlySpan<byte> label)
    {
        var key = new byte[32];
        context.Export(label, key);
        return key;
    }
}
