using System.Buffers.Binary;
using System.Text.Json;
using Exchange.Protocol.Hpke;
using Exchange.Protocol.Lookups;
using Exchange.Protocol.Sessions;
using Exchange.V1;
using Google.Protobuf;
using Microsoft.Extensions.Time.Testing;

namespace Exchange.Protocol.Tests.Lookups;

/// <summary>Against values made with an independent implementation.</summary>
public sealed class KnownAnswerTests
{
    static JsonElement Part(string name) => Vectors.Load("protocol_kat.json").GetProperty(name);

    static SessionOffer Offer(JsonElement session) => new()
    {
        Suite = session.GetProperty("suite").GetString(),
        Requester = "jp.mun.131016",
        Provider = "jp.tax",
        Node = session.GetProperty("node").GetString(),
        RequesterEpoch = session.GetProperty("epoch").GetUInt64(),
        KeyId = ByteString.CopyFrom(session.Hex("key_id")),
        SessionId = ByteString.CopyFrom(session.Hex("session_id")),
        NotAfterUnixMs = session.GetProperty("not_after").GetInt64(),
        TimeUnixMs = session.GetProperty("time").GetInt64(),
    };

    static SessionKeys Keys()
    {
        var session = Part("session");
        return SessionKeys.From(session.Hex("k_ab"), session.Hex("k_ba"));
    }

    [Fact]
    public void The_session_header_and_its_keys_are_those_of_the_other_implementation()
    {
        var session = Part("session");
        var hdrS = Transcript.Of(Offer(session));
        Assert.Equal(session.Hex("hdrS"), hdrS);
        Assert.Equal(session.Hex("info"), Transcript.Info(hdrS));

        using var ephemeral = HpkeKeyPair.FromPrivateKey(HpkeSuite.X25519, session.Hex("skE"));
        Assert.True(HpkeSetup.TrySender(ephemeral, session.Hex("pkR"), Transcript.Info(hdrS), out var enc, out var context));
        Assert.Equal(session.Hex("enc"), enc);
        Assert.Equal(session.Hex("k_ab"), Export(context, "xhub/v1/req"u8));
        Assert.Equal(session.Hex("k_ba"), Export(context, "xhub/v1/res"u8));

        using var own = SessionKeys.From(context);
        using var theirs = Keys();
        Assert.Equal(Sealed(own.ToProvider), Sealed(theirs.ToProvider));
        Assert.Equal(Sealed(own.ToRequester), Sealed(theirs.ToRequester));

        static byte[] Export(HpkeContext context, ReadOnlySpan<byte> label)
        {
            var key = new byte[32];
            context.Export(label, key);
            return key;
        }

        static byte[] Sealed(AeadKey key)
        {
            var tag = new byte[16];
            Assert.True(key.TrySeal(new byte[12], [], tag, []));
            return tag;
        }
    }

    [Fact]
    public void The_confirmation_opens()
    {
        var session = Part("session");
        using var keys = Keys();
        var confirmation = session.Hex("confirmation");
        Assert.True(keys.ToRequester.TryOpen(confirmation.AsSpan(0, 12), confirmation.AsSpan(12), [], Transcript.Confirmed(session.Hex("hdrS"))));
    }

    [Fact]
    public void A_cold_and_a_warm_question_are_sealed_and_committed_to_alike()
    {
        using var keys = Keys();
        foreach (var (name, prefix) in new[] { ("cold_question", Part("cold_question").Hex("u")), ("warm_question", Part("handle").Hex("handle")) })
        {
            var question = Part(name);
            var (header, sequence) = (question.Hex("header"), question.GetProperty("sequence").GetUInt64());
            var ciphertext = QuestionEnvelope.Seal(keys.ToProvider, sequence, header, prefix, question.Hex("question"));
            Assert.Equal(question.Hex("ct"), ciphertext);
            var plaintext = new byte[ciphertext!.Length - AeadKey.TagSize];
            Assert.True(QuestionEnvelope.TryOpen(keys.ToProvider, sequence, header, ciphertext, plaintext));
            Assert.True(Padding.TryRead128(plaintext.AsSpan(prefix.Length), out var range));
            Assert.Equal(question.Hex("question"), plaintext[prefix.Length..][range]);
            Assert.True(MessageCommitment.Fits(question.Hex("com"), header, question.Hex("question")));
        }
    }

    [Fact]
    public void An_answer_is_sealed_and_committed_to_alike()
    {
        using var keys = Keys();
        var answer = Part("answer");
        var (header, size) = (answer.Hex("header"), answer.GetProperty("declared_size").GetInt32());
        byte[] expected = [.. answer.Hex("nonce"), .. answer.Hex("sealed")];
        Assert.Equal(AnswerEnvelope.SealedSize(size), expected.Length);
        var content = AnswerEnvelope.Open(keys.ToRequester, header, expected, size);
        Assert.NotNull(content);
        Assert.Equal(answer.GetProperty("status").GetInt32(), (int)content.Value.Status);
        Assert.Equal(answer.GetProperty("as_of").GetInt64(), content.Value.AsOfUnixMs);
        Assert.Equal(answer.Hex("answer"), content.Value.Answer.ToArray());
        Assert.Equal(expected, AnswerEnvelope.Seal(
            keys.ToRequester, answer.Hex("nonce"), header, content.Value.Status, content.Value.AsOfUnixMs, content.Value.Handle.Span, answer.Hex("answer"), size));
        Assert.True(MessageCommitment.Fits(answer.Hex("com"), header, answer.Hex("answer")));
    }

    [Fact]
    public void A_handle_is_sealed_alike()
    {
        var known = Part("handle");
        var keyId = BinaryPrimitives.ReadUInt32BigEndian(known.Hex("key_id"));
        var key = new byte[32];
        Handles.DeriveKey(known.Hex("root"), keyId, key);
        Assert.Equal(known.Hex("k_handle"), key);

        using var handles = new Handles(known.Hex("root"), new FakeTimeProvider());
        var target = new HandleTarget(
            BinaryPrimitives.ReadUInt128BigEndian(known.Hex("row")), known.GetProperty("match_generation").GetUInt64(), known.GetProperty("expiry").GetInt64());
        var handle = new byte[Handles.Size];
        handles.Seal(keyId, known.Hex("nonce"), known.GetProperty("agency").GetString()!, known.GetProperty("data_set").GetString()!, target, handle);
        Assert.Equal(known.Hex("handle"), handle);
    }

    [Fact]
    public void A_cached_handle_has_the_same_name()
    {
        var known = Part("handle_cache");
        using var key = new HandleCacheKey(known.Hex("k_cache"));
        var name = new byte[HandleCacheKey.Size];
        key.Compute(known.Hex("stored_A"), known.GetProperty("provider").GetString()!, known.GetProperty("data_set").GetString()!, name);
        Assert.Equal(known.Hex("key"), name);
    }

    [Fact]
    public void The_session_header_of_one_known_session_is_this()
    {
        var hdrS = Transcript.Of(new SessionOffer
        {
            Suite = "X25519",
            Requester = "jp.mun.131016",
            Provider = "jp.tax",
            Node = "node-1",
            RequesterEpoch = 1,
            KeyId = ByteString.CopyFrom(Convert.FromHexString("ace1f849720ffbae")),
            SessionId = ByteString.CopyFrom(Convert.FromHexString("5c3e558a2ec2c0a0385467e7cc0a023e")),
            NotAfterUnixMs = 1767254400000,
            TimeUnixMs = 1767225600000,
        });
        Assert.Equal(
            "0000000c786875622f76312f68647253000000065832353531390000000d6a702e6d756e2e313331303136000000066a702e746178000000066e6f64652d31"
            + "00000008000000000000000100000008ace1f849720ffbae000000105c3e558a2ec2c0a0385467e7cc0a023e000000080000019b78921c00000000080000019b76daa800",
            Convert.ToHexStringLower(hdrS));
    }

    [Fact]
    public void One_known_handle_opens_to_its_row()
    {
        using var handles = new Handles(Convert.FromHexString("27d15286e027510d15f929fc45bbfbdc226d74bef329b3bb46f087400a644a0a"), new FakeTimeProvider());
        var handle = Convert.FromHexString(
            "7b936c8bcb0a524cd0c8b56e3050fdce82703822f6b10a3c369639f13e485f5547c48e57ea899ba0cd620f73e683fc4fdd36a52c38f401d110bd9f5e46d45c22");
        Assert.True(handles.TryOpen(handle, 0x7b936c8b, "jp.mun.131016", "tax.income.v1", out var target));
        Assert.Equal(UInt128.Parse("2bc735bde47b01a1c6cd861cf2ba05d3", System.Globalization.NumberStyles.HexNumber), target.Row);
        Assert.True(target.IsOf(3));
        Assert.Equal(1767312000000, target.ExpiryUnixMs);
    }

    [Fact]
    public void One_known_commitment_fits()
    {
        var header = Convert.FromHexString(
            "7143c15ef411d004340973aeae0203fcaccbcaff20e356ef393baa26f2e830bd8a58fd3ab4295110492aa49aac8bd661"
            + "b725c60e253d268b43b87515c2893e30c1581ef9bf876fc64274b7b5dcf9cc5aad8acb63db3a6d87bbc451a97b248d99");
        var commitment = Convert.FromHexString("24b0eefcce98da0b32e8a57a5720f54850d2a102612cd5e5f5be0f506a4b014b");
        Assert.True(MessageCommitment.Fits(commitment, header, "{\"year\":2025}"u8));
        Assert.False(MessageCommitment.Fits(commitment, header, "{\"year\":2024}"u8));
        Assert.False(MessageCommitment.Fits(commitment.AsSpan(1), header, "{\"year\":2025}"u8));
    }
}
