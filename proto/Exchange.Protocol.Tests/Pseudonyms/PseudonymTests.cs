using CsCheck;
using Exchange.Protocol.Pseudonyms;

namespace Exchange.Protocol.Tests.Pseudonyms;

/// <summary>What must hold for any keys and any person; P stands for H(id).</summary>
public sealed class PseudonymTests
{
    const string A = "jp.mun.131016", B = "jp.tax";

    static readonly Gen<Keys> keys = Gen.Select(Gen.Byte.Array[32], RistrettoTests.Scalars, RistrettoTests.Scalars, RistrettoTests.Scalars, RistrettoTests.Scalars)
        .Select((mk, h, closingA, closingB, person) => new Keys(mk, h, closingA, closingB, person));

    [Fact]
    public void Translation_turns_one_agencys_pseudonym_into_the_others() => keys.Sample(one =>
    {
        using var translation = one.Translation(A, B);
        var translated = new byte[32];
        Assert.True(Translation.TryApply(translation, one.Pseudonym(A, 1), translated));
        return translated.AsSpan().SequenceEqual(one.Pseudonym(B, 1));
    }, iter: 50);

    [Fact]
    public void A_lookup_finds_the_providers_row_in_both_directions() => keys.Sample(one =>
    {
        Lookup(one, A, one.ClosingA, B, one.ClosingB);
        Lookup(one, B, one.ClosingB, A, one.ClosingA);
    }, iter: 25);

    [Fact]
    public void Each_blinding_of_one_person_looks_different()
    {
        var one = Keys.Random();
        using var pool = new BlindingPool(4);
        var seen = Enumerable.Range(0, 20).Select(_ => Convert.ToHexString(Blind(one, pool))).ToHashSet();
        Assert.Equal(20, seen.Count);
    }

    [Fact]
    public void A_swapped_translation_unblinds_to_nobody() => Gen.Select(keys, RistrettoTests.Scalars).Sample((one, other) =>
    {
        // The hub answers with another requester's Z, for which it has a valid translation of the same person.
        byte[] x = new byte[32], z = new byte[32], stored = new byte[32], rho = new byte[32], u = new byte[32];
        using var translation = one.Translation(A, B);
        Assert.True(one.ClosingA.TryBlind(other, one.Stored(A, one.ClosingA), x));
        Assert.True(Translation.TryApply(translation, x, z));
        Ristretto.RandomScalar(rho);
        Assert.True(Ristretto.TryInvert(rho, u));
        Assert.True(one.ClosingB.TryUnblind(u, z, stored));
        return !stored.AsSpan().SequenceEqual(one.Stored(B, one.ClosingB));
    }, iter: 25);

    [Fact]
    public void Rotating_the_closing_scalar_equals_closing_with_the_next() => Gen.Select(keys, RistrettoTests.Scalars).Sample((one, next) =>
    {
        using var closing = new ClosingScalar(next);
        using var rotation = one.ClosingA.RotationTo(closing);
        var rotated = new byte[32];
        Assert.True(PointList.TryMultiply(rotation, one.Stored(A, one.ClosingA), rotated));
        return rotated.AsSpan().SequenceEqual(one.Stored(A, closing));
    }, iter: 50);

    [Fact]
    public void Advancing_the_epoch_equals_enrolling_in_the_next() => keys.Sample(one =>
    {
        using var factor = DerivedScalars.EpochFactor(one.Mk, A, 1, 2);
        var advanced = new byte[32];
        Assert.True(PointList.TryMultiply(factor, one.Stored(A, one.ClosingA), advanced));
        return advanced.AsSpan().SequenceEqual(one.Stored(A, one.ClosingA, epoch: 2));
    }, iter: 50);

    [Fact]
    public void Blinding_and_unblinding_refuse_malformed_points_and_scalars()
    {
        var one = Keys.Random();
        var stored = one.Stored(A, one.ClosingA);
        var scalar = RistrettoTests.RandomScalar();
        var result = new byte[32];
        foreach (var bad in new[] { new byte[32], [.. Enumerable.Repeat((byte)0xff, 32)], new byte[31], [] })
        {
            Assert.False(one.ClosingA.TryBlind(bad, stored, result));
            Assert.False(one.ClosingA.TryBlind(scalar, bad, result));
            Assert.False(one.ClosingA.TryUnblind(bad, stored, result));
            Assert.False(one.ClosingA.TryUnblind(scalar, bad, result));
            Assert.Equal(new byte[32], result);
            Assert.Throws<ArgumentException>(() => new SecretScalar(bad));
            Assert.Throws<ArgumentException>(() => new ClosingScalar(bad));
        }
    }

    [Fact]
    public void A_disposed_scalar_multiplies_nothing()
    {
        var scalar = SecretScalar.Random();
        scalar.Dispose();
        Assert.False(PointList.TryMultiply(scalar, EqualityProofTests.RandomPoints(1), new byte[32]));
        Assert.Throws<ObjectDisposedException>(scalar.PublicPoint);
    }

    static byte[] Blind(Keys one, BlindingPool pool)
    {
        byte[] rho = new byte[32], u = new byte[32], x = new byte[32];
        pool.Take(rho, u);
        Assert.True(one.ClosingA.TryBlind(rho, one.Stored(A, one.ClosingA), x));
        return x;
    }

    static void Lookup(Keys one, string requester, ClosingScalar requesterClosing, string provider, ClosingScalar providerClosing)
    {
        byte[] rho = new byte[32], u = new byte[32], x = new byte[32], z = new byte[32], found = new byte[32];
        Ristretto.RandomScalar(rho);
        Assert.True(Ristretto.TryInvert(rho, u));
        using var translation = one.Translation(requester, provider);
        Assert.True(requesterClosing.TryBlind(rho, one.Stored(requester, requesterClosing), x));
        Assert.True(Translation.TryApply(translation, x, z));
        Assert.True(providerClosing.TryUnblind(u, z, found));
        Assert.Equal(one.Stored(provider, providerClosing), found);
    }

    sealed record Keys(byte[] Mk, byte[] H, byte[] A, byte[] B, byte[] P)
    {
        public static Keys Random() => new(
            RistrettoTests.RandomScalar(), RistrettoTests.RandomScalar(), RistrettoTests.RandomScalar(), RistrettoTests.RandomScalar(), RistrettoTests.RandomScalar());

        public ClosingScalar ClosingA { get; } = new(A);

        public ClosingScalar ClosingB { get; } = new(B);

        public SecretScalar Translation(string requester, string provider)
        {
            using var from = DerivedScalars.Translation(Mk, 1, requester, 1);
            using var to = DerivedScalars.Translation(Mk, 1, provider, 1);
            return Exchange.Protocol.Pseudonyms.Translation.Key(from, to);
        }

        /// <summary>h * a * P, before closing.</summary>
        public byte[] Pseudonym(string agency, ulong epoch)
        {
            using var own = DerivedScalars.Agency(Mk, agency, epoch);
            var point = new byte[32];
            Assert.True(Ristretto.TryMultiplyBase(P, point));
            Assert.True(Ristretto.TryMultiply(own.Bytes, point, point));
            Assert.True(Ristretto.TryMultiply(H, point, point));
            return point;
        }

        public byte[] Stored(string agency, ClosingScalar closing, ulong epoch = 1)
        {
            var stored = new byte[32];
            Assert.True(Ristretto.TryMultiply(closing.Bytes, Pseudonym(agency, epoch), stored));
            return stored;
        }
    }
}
