using Exchange.Protocol.Pseudonyms;

namespace Exchange.Hammer.Curves;

/// <summary>Points of the curve, each another: a random one, and then a random step added again and again, which is far cheaper than to multiply for each.</summary>
sealed class Points
{
    readonly byte[] step = Draw(), last = Draw();

    /// <summary>Good until the next.</summary>
    public ReadOnlySpan<byte> Next()
    {
        Span<byte> sum = stackalloc byte[Ristretto.PointLength];
        if (!Ristretto.TryAdd(last, step, sum))
            throw new InvalidOperationException("A point that was just computed is none.");
        sum.CopyTo(last);
        return last;
    }

    static byte[] Draw()
    {
        Span<byte> scalar = stackalloc byte[Ristretto.ScalarLength];
        var point = new byte[Ristretto.PointLength];
        Ristretto.RandomScalar(scalar);
        return Ristretto.TryMultiplyBase(scalar, point) ? point : throw new InvalidOperationException("A scalar that was just drawn is none.");
    }
}
