using Exchange.Protocol.Identifiers;
using Exchange.Protocol.Pseudonyms;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Protocol.Tests.Pseudonyms;

public sealed class BlindedBatchTests : IDisposable
{
    static readonly string[] numbers = ["983205673214", "621498320257", "263259976392"];

    readonly SecretScalar a = SecretScalar.Random();
    readonly SecretScalar h = SecretScalar.Random();
    readonly ClosingScalar closing = new(RistrettoTests.RandomScalar());

    public void Dispose()
    {
        a.Dispose();
        h.Dispose();
        closing.Dispose();
    }

    [Fact]
    public void A_proven_batch_closes_to_each_persons_pseudonym_in_order()
    {
        using var batch = Blind();
        var answer = Answer(batch.Points, a, h);
        Assert.True(batch.IsProven(answer, a.PublicPoint(), h.PublicPoint()));
        var stored = batch.Close(closing, answer);
        for (var i = 0; i < numbers.Length; i++)
        {
            var expected = new byte[32];
            Parse(numbers[i]).HashToPoint(expected);
            foreach (var scalar in new[] { a.Bytes.ToArray(), h.Bytes.ToArray(), closing.Bytes.ToArray() })
                Assert.True(Ristretto.TryMultiply(scalar, expected, expected));
            Assert.Equal(expected, PointList.At(stored, i).ToArray());
        }
    }

    [Fact]
    public void Two_batches_of_the_same_people_share_no_point_and_yield_the_same_pseudonyms()
    {
        using var first = Blind();
        using var second = Blind();
        Assert.NotEqual(first.Points.ToArray(), second.Points.ToArray());
        Assert.Equal(first.Close(closing, Answer(first.Points, a, h)), second.Close(closing, Answer(second.Points, a, h)));
    }

    [Fact]
    public void An_authority_or_hub_that_uses_another_key_is_caught()
    {
        using var batch = Blind();
        using var other = SecretScalar.Random();
        Assert.False(batch.IsProven(Answer(batch.Points, other, h), a.PublicPoint(), h.PublicPoint()));
        Assert.False(batch.IsProven(Answer(batch.Points, a, other), a.PublicPoint(), h.PublicPoint()));
    }

    [Fact]
    public void The_answer_to_another_batch_or_one_without_proofs_is_not_accepted()
    {
        using var batch = Blind();
        using var another = Blind();
        Assert.False(batch.IsProven(Answer(another.Points, a, h), a.PublicPoint(), h.PublicPoint()));
        Assert.False(batch.IsProven(new EnrolledBatch(), a.PublicPoint(), h.PublicPoint()));
        var answer = Answer(batch.Points, a, h);
        answer.HubProof = null;
        Assert.False(batch.IsProven(answer, a.PublicPoint(), h.PublicPoint()));
        answer = Answer(batch.Points, a, h);
        answer.HubPoints = ByteString.CopyFrom(answer.HubPoints.Span[32..]);
        Assert.False(batch.IsProven(answer, a.PublicPoint(), h.PublicPoint()));
    }

    [Fact]
    public void A_batch_has_from_one_to_4096_people()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new BlindedBatch([]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new BlindedBatch(Enumerable.Repeat(Parse(numbers[0]), 4097).ToList()));
    }

    static BlindedBatch Blind() => new([.. numbers.Select(Parse)]);

    static Identifier Parse(string text)
    {
        Assert.True(Identifier.TryParse(IdentifierType.MyNumber, text, out var identifier, out _));
        return identifier;
    }

    static EnrolledBatch Answer(ReadOnlyMemory<byte> points, SecretScalar authority, SecretScalar hub)
    {
        byte[] first = new byte[points.Length], second = new byte[points.Length];
        Assert.True(PointList.TryMultiply(authority, points, first));
        Assert.True(PointList.TryMultiply(hub, first, second));
        return new EnrolledBatch
        {
            AuthorityPoints = ByteString.CopyFrom(first),
            AuthorityProof = EqualityProof.Prove(authority, authority.PublicPoint(), points, first),
            HubPoints = ByteString.CopyFrom(second),
            HubProof = EqualityProof.Prove(hub, hub.PublicPoint(), first, second),
        };
    }
}
