using CsCheck;
using Exchange.Protocol.Pseudonyms;

namespace Exchange.Protocol.Tests.Pseudonyms;

public sealed class RistrettoTests
{
    static readonly byte[] one = [1, .. new byte[31]];
    static readonly byte[] generator = Convert.FromHexString("e2f2ae0a6abc4e71a884a961c500515f58e30b6aa582dd8db6a65945e08d2d76");
    static readonly byte[] order = Convert.FromHexString("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");

    internal static readonly Gen<byte[]> Scalars = Gen.Byte.Array[64].Select(wide =>
    {
        var scalar = new byte[32];
        Ristretto.Reduce(wide, scalar);
        return scalar;
    }).Where(scalar => Ristretto.IsScalar(scalar));

    internal static byte[] RandomScalar()
    {
        var scalar = new byte[32];
        Ristretto.RandomScalar(scalar);
        return scalar;
    }

    [Fact]
    public void The_29_invalid_encodings_of_rfc_9496_are_refused()
    {
        var cases = 0;
        foreach (var invalid in Vectors.Load("rfc9496_ristretto255.json").GetProperty("invalid_encodings").EnumerateArray())
        {
            AssertRefused(invalid.Hex("encoding"));
            cases++;
        }
        Assert.Equal(29, cases);
    }

    [Theory]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")] // the identity
    [InlineData("00ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")] // not canonical
    [InlineData("0100000000000000000000000000000000000000000000000000000000000000")] // negative
    [InlineData("26948d35ca62e643e26a83177332e6b6afeb9d08e4268b650f1f5bbd8d81d371")] // not a square
    [InlineData("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")] // y = 0
    [InlineData("")]
    [InlineData("e2f2ae0a6abc4e71a884a961c500515f58e30b6aa582dd8db6a65945e08d2d7600")]
    public void A_point_that_is_the_identity_or_malformed_is_refused(string hex) => AssertRefused(Convert.FromHexString(hex));

    [Fact]
    public void The_multiples_of_the_generator_match_rfc_9496()
    {
        var multiples = Vectors.Load("rfc9496_ristretto255.json").GetProperty("multiples_of_generator_0_to_15").EnumerateArray()
            .Select(hex => Convert.FromHexString(hex.GetString()!)).ToArray();
        Assert.Equal(16, multiples.Length);
        var sum = multiples[0];
        for (byte k = 1; k < 16; k++)
        {
            byte[] scalar = [k, .. new byte[31]];
            var product = new byte[32];
            Assert.True(Ristretto.TryMultiplyBase(scalar, product));
            Assert.Equal(multiples[k], product);
            Assert.True(Ristretto.TryMultiply(scalar, generator, product));
            Assert.Equal(multiples[k], product);
            Assert.True(Ristretto.TryAdd(sum, generator, sum));
            Assert.Equal(multiples[k], sum);
        }
    }

    [Fact]
    public void Points_derived_from_uniform_bytes_match_rfc_9496()
    {
        foreach (var vector in Vectors.Load("rfc9496_ristretto255.json").GetProperty("element_derivation").EnumerateArray())
        {
            var input = vector.GetProperty("input").GetString()!;
            var point = new byte[32];
            Ristretto.FromUniformBytes(Convert.FromHexString(input), point);
            Assert.Equal(vector.Hex("output"), point);
        }
    }

    [Fact]
    public void Scalars_are_from_one_to_the_order_less_one()
    {
        Assert.True(Ristretto.IsScalar(one));
        Assert.True(Ristretto.IsScalar([(byte)(order[0] - 1), .. order[1..]]));
        Assert.False(Ristretto.IsScalar(new byte[32]));
        Assert.False(Ristretto.IsScalar(order));
        Assert.False(Ristretto.IsScalar([(byte)(order[0] + 1), .. order[1..]]));
        Assert.False(Ristretto.IsScalar([.. order[..16], 1, .. order[17..]]));
        Assert.False(Ristretto.IsScalar([.. Enumerable.Repeat((byte)0xff, 32)]));
        Assert.False(Ristretto.IsScalar(one.AsSpan(0, 31)));
    }

    [Fact]
    public void A_scalar_that_is_zero_or_not_below_the_order_is_refused_everywhere()
    {
        byte[] beyond = [(byte)(order[0] + 1), .. order[1..]];
        foreach (var bad in new[] { new byte[32], order, beyond, [.. Enumerable.Repeat((byte)0xff, 32)], new byte[31], [] })
        {
            var result = new byte[32];
            Assert.False(Ristretto.TryMultiply(bad, generator, result));
            Assert.False(Ristretto.TryMultiplyBase(bad, result));
            Assert.False(Ristretto.TryInvert(bad, result));
            Assert.Equal(new byte[32], result);
        }
    }

    [Fact]
    public void The_order_check_agrees_with_big_integers() =>
        Gen.Select(Gen.Byte.Array[32], Gen.Int[0, 31], Gen.Bool).Sample((bytes, keep, near) =>
        {
            // Near the order: its own upper bytes, random below.
            byte[] scalar = near ? [.. bytes[..keep], .. order[keep..]] : bytes;
            var value = new System.Numerics.BigInteger(scalar, isUnsigned: true);
            var expected = !value.IsZero && value < new System.Numerics.BigInteger(order, isUnsigned: true);
            return Ristretto.IsScalar(scalar) == expected;
        });

    [Fact]
    public void An_inverse_undoes_a_multiplication() =>
        Gen.Select(Scalars, Scalars).Sample((k, p) =>
        {
            Span<byte> inverse = stackalloc byte[32], product = stackalloc byte[32], point = stackalloc byte[32], there = stackalloc byte[32], back = stackalloc byte[32];
            Assert.True(Ristretto.TryInvert(k, inverse));
            Ristretto.MultiplyScalars(k, inverse, product);
            Assert.Equal(one, product.ToArray());
            Assert.True(Ristretto.TryMultiplyBase(p, point));
            Assert.True(Ristretto.TryMultiply(k, point, there));
            Assert.True(Ristretto.TryMultiply(inverse, there, back));
            return back.SequenceEqual(point);
        }, iter: 100);

    [Fact]
    public void A_failed_multiplication_leaves_zeros()
    {
        var result = Enumerable.Repeat((byte)7, 32).ToArray();
        Assert.False(Ristretto.TryMultiply(one, new byte[32], result));
        Assert.Equal(new byte[32], result);
    }

    static void AssertRefused(byte[] encoding)
    {
        Assert.False(Ristretto.IsPoint(encoding));
        Assert.False(Ristretto.TryMultiply(one, encoding, new byte[32]));
    }
}
