namespace Exchange.Protocol.Pseudonyms;

/// <summary>Points one after another, 32 bytes each, as batches carry them; worked on by all cores.</summary>
public static class PointList
{
    /// <summary>Multiplies each point. False when one of them is not a point or is the identity; then the results are to be thrown away.</summary>
    public static bool TryMultiply(SecretScalar scalar, ReadOnlyMemory<byte> points, Memory<byte> results)
    {
        var count = Count(points.Span);
        if (results.Length != points.Length)
            throw new ArgumentException("as many results as points are needed", nameof(results));
        return Parallel.For(0, count, (i, state) =>
        {
            if (!Ristretto.TryMultiply(scalar.Bytes, At(points.Span, i), At(results.Span, i)))
                state.Stop();
        }).IsCompleted;
    }

    /// <exception cref="ArgumentException">Not a whole number of points.</exception>
    public static int Count(ReadOnlySpan<byte> points) => points.Length % Ristretto.PointLength == 0
        ? points.Length / Ristretto.PointLength
        : throw new ArgumentException("not a whole number of points", nameof(points));

    public static ReadOnlySpan<byte> At(ReadOnlySpan<byte> points, int index) => points.Slice(index * Ristretto.PointLength, Ristretto.PointLength);

    internal static Span<byte> At(Span<byte> points, int index) => points.Slice(index * Ristretto.PointLength, Ristretto.PointLength);
}
