using CsCheck;
using Exchange.Protocol.Pseudonyms;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Protocol.Tests.Pseudonyms;

public sealed class EqualityProofTests
{
    [Fact]
    public void Proofs_match_rfc_9497_single_and_batched()
    {
        var suite = Vectors.Load("rfc9497_ristretto255_sha512.json").EnumerateArray().Single(one => one.GetProperty("mode").GetInt32() == 1);
        using var key = new SecretScalar(suite.Hex("skSm"));
        Assert.Equal(suite.Hex("pkSm"), key.PublicPoint());
        foreach (var vector in suite.GetProperty("vectors").EnumerateArray())
        {
            byte[] inputs = [.. vector.HexList("BlindedElement").SelectMany(one => one)];
            byte[] outputs = [.. vector.HexList("EvaluationElement").SelectMany(one => one)];
            var expected = vector.GetProperty("Proof");
            var proof = EqualityProof.Prove(key, suite.Hex("pkSm"), inputs, outputs, expected.Hex("r"));
            Assert.Equal(expected.GetProperty("proof").GetString(), Convert.ToHexStringLower([.. proof.C.Span, .. proof.S.Span]));
            Assert.True(EqualityProof.Verify(proof, suite.Hex("pkSm"), inputs, outputs));
        }
    }

    [Fact]
    public void A_proof_of_rfc_9497_verifies_without_its_file()
    {
        var proof = Convert.FromHexString("ddef93772692e535d1a53903db24367355cc2cc78de93b3be5a8ffcc6985dd066d4346421d17bf5117a2a1ff0fcb2a759f58a539dfbe857a40bce4cf49ec600d");
        Assert.True(EqualityProof.Verify(
            new Proof { C = ByteString.CopyFrom(proof.AsSpan(0, 32)), S = ByteString.CopyFrom(proof.AsSpan(32)) },
            Convert.FromHexString("c803e2cc6b05fc15064549b5920659ca4a77b2cca6f04f6b357009335476ad4e"),
            Convert.FromHexString("863f330cc1a1259ed5a5998a23acfd37fb4351a793a5b3c090b642ddc439b945"),
            Convert.FromHexString("aa8fa048764d5623868679402ff6108d2521884fa138cd7f9c7669a9a014267e")));
    }

    [Fact]
    public void One_element_of_4096_evaluated_with_another_key_is_caught()
    {
        using var key = SecretScalar.Random();
        using var other = SecretScalar.Random();
        var inputs = RandomPoints(4096);
        var outputs = new byte[inputs.Length];
        Assert.True(PointList.TryMultiply(key, inputs, outputs));
        Assert.True(EqualityProof.Verify(EqualityProof.Prove(key, key.PublicPoint(), inputs, outputs), key.PublicPoint(), inputs, outputs));

        Assert.True(Ristretto.TryMultiply(other.Bytes, PointList.At(inputs, 2911), outputs.AsSpan(2911 * 32, 32)));
        Assert.False(EqualityProof.Verify(EqualityProof.Prove(key, key.PublicPoint(), inputs, outputs), key.PublicPoint(), inputs, outputs));
    }

    [Fact]
    public void A_proof_by_another_key_fails()
    {
        using var key = SecretScalar.Random();
        using var other = SecretScalar.Random();
        var inputs = RandomPoints(3);
        var outputs = new byte[inputs.Length];
        Assert.True(PointList.TryMultiply(other, inputs, outputs));
        Assert.False(EqualityProof.Verify(EqualityProof.Prove(other, other.PublicPoint(), inputs, outputs), key.PublicPoint(), inputs, outputs));
        Assert.False(EqualityProof.Verify(EqualityProof.Prove(other, key.PublicPoint(), inputs, outputs), key.PublicPoint(), inputs, outputs));
        Assert.False(EqualityProof.Verify(EqualityProof.Prove(key, key.PublicPoint(), inputs, outputs), key.PublicPoint(), inputs, outputs));
    }

    [Fact]
    public void Any_flipped_bit_of_proof_key_inputs_or_outputs_fails()
    {
        using var key = SecretScalar.Random();
        var publicPoint = key.PublicPoint();
        var inputs = RandomPoints(20);
        var outputs = new byte[inputs.Length];
        Assert.True(PointList.TryMultiply(key, inputs, outputs));
        var proof = EqualityProof.Prove(key, publicPoint, inputs, outputs);
        byte[] all = [.. proof.C.Span, .. proof.S.Span, .. publicPoint, .. inputs, .. outputs];
        Gen.Int[0, all.Length * 8 - 1].Sample(bit =>
        {
            var changed = all.ToArray();
            changed[bit / 8] ^= (byte)(1 << bit % 8);
            return !Verify(changed);
        }, iter: 300);
        Assert.True(Verify(all));

        bool Verify(byte[] from) => EqualityProof.Verify(
            new Proof { C = ByteString.CopyFrom(from.AsSpan(0, 32)), S = ByteString.CopyFrom(from.AsSpan(32, 32)) },
            from.AsSpan(64, 32), from.AsMemory(96, inputs.Length), from.AsMemory(96 + inputs.Length));
    }

    [Fact]
    public void Swapped_reordered_missing_or_empty_lists_fail()
    {
        using var key = SecretScalar.Random();
        var publicPoint = key.PublicPoint();
        var inputs = RandomPoints(2);
        var outputs = new byte[inputs.Length];
        Assert.True(PointList.TryMultiply(key, inputs, outputs));
        var proof = EqualityProof.Prove(key, publicPoint, inputs, outputs);
        Assert.False(EqualityProof.Verify(proof, publicPoint, outputs, inputs));
        Assert.False(EqualityProof.Verify(proof, publicPoint, Reverse(inputs), Reverse(outputs)));
        Assert.False(EqualityProof.Verify(proof, publicPoint, inputs.AsMemory(32), outputs.AsMemory(32)));
        Assert.False(EqualityProof.Verify(proof, publicPoint, inputs, outputs.AsMemory(32)));
        Assert.False(EqualityProof.Verify(proof, publicPoint, inputs.AsMemory(1), outputs.AsMemory(1)));
        Assert.False(EqualityProof.Verify(proof, publicPoint, default, default));
        Assert.False(EqualityProof.Verify(new Proof(), publicPoint, inputs, outputs));

        static byte[] Reverse(byte[] points) => [.. points[32..], .. points[..32]];
    }

    [Fact]
    public void The_identity_among_inputs_outputs_or_as_key_fails()
    {
        using var key = SecretScalar.Random();
        var inputs = RandomPoints(2);
        var outputs = new byte[inputs.Length];
        Assert.True(PointList.TryMultiply(key, inputs, outputs));
        var proof = EqualityProof.Prove(key, key.PublicPoint(), inputs, outputs);
        var identity = new byte[32];
        Assert.False(EqualityProof.Verify(proof, identity, inputs, outputs));
        Assert.False(EqualityProof.Verify(proof, key.PublicPoint(), (byte[])[.. identity, .. inputs[32..]], outputs));
        Assert.False(EqualityProof.Verify(proof, key.PublicPoint(), inputs, (byte[])[.. identity, .. outputs[32..]]));
    }

    [Fact]
    public void A_list_with_one_malformed_point_is_not_multiplied()
    {
        using var key = SecretScalar.Random();
        var points = RandomPoints(100);
        points.AsSpan(50 * 32, 32).Clear();
        Assert.False(PointList.TryMultiply(key, points, new byte[points.Length]));
    }

    internal static byte[] RandomPoints(int count)
    {
        var points = new byte[count * 32];
        for (var i = 0; i < count; i++)
        {
            using var scalar = SecretScalar.Random();
            scalar.PublicPoint().CopyTo(points, i * 32);
        }
        return points;
    }
}
