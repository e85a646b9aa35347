using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Exchange.Protocol.Pseudonyms;

/// <summary>ComputeComposites of RFC 9497 section 2.2.1: one random-looking combination M of all inputs and Z of all outputs.</summary>
static class Composites
{
    const int HashLength = SHA512.HashSizeInBytes;
    const int PointLength = Ristretto.PointLength;

    /// <summary>Below this many elements a second core is not worth waking.</summary>
    const int SmallestShare = 16;

    /// <param name="withOutputs">Whether Z is wanted; a prover multiplies M instead.</param>
    internal static bool TryCompute(
        ReadOnlySpan<byte> publicPoint, ReadOnlyMemory<byte> inputs, ReadOnlyMemory<byte> outputs, bool withOutputs, Span<byte> m, Span<byte> z)
    {
        var count = PointList.Count(inputs.Span);
        if (outputs.Length != inputs.Length || count is 0 or > ushort.MaxValue || !Ristretto.IsPoint(publicPoint))
            return false;
        var seed = Seed(publicPoint);
        var shares = Math.Clamp(count / SmallestShare, 1, Environment.ProcessorCount);
        var sums = new byte[shares * 2 * PointLength];
        var done = Parallel.For(0, shares, (share, state) =>
        {
            var sum = sums.AsSpan(share * 2 * PointLength, 2 * PointLength);
            if (!TrySum(seed, inputs.Span, outputs.Span, withOutputs, count * share / shares, count * (share + 1) / shares, sum[..PointLength], sum[PointLength..]))
                state.Stop();
        }).IsCompleted;
        m.Clear();
        z.Clear();
        for (var share = 0; done && share < shares; share++)
        {
            var sum = sums.AsSpan(share * 2 * PointLength, 2 * PointLength);
            done = Ristretto.TryAdd(m, sum[..PointLength], m) && Ristretto.TryAdd(z, sum[PointLength..], z);
        }
        return done;
    }

    static bool TrySum(
        ReadOnlySpan<byte> seed, ReadOnlySpan<byte> inputs, ReadOnlySpan<byte> outputs, bool withOutputs, int from, int to, Span<byte> m, Span<byte> z)
    {
        // I2OSP(64, 2) || seed || I2OSP(i, 2) || input with its length || output with its length || "Composite".
        const int Index = 2 + HashLength, Input = Index + 2, Output = Input + 2 + PointLength, Label = Output + 2 + PointLength;
        Span<byte> transcript = stackalloc byte[Label + 9];
        BinaryPrimitives.WriteUInt16BigEndian(transcript, HashLength);
        seed.CopyTo(transcript[2..]);
        "Composite"u8.CopyTo(transcript[Label..]);
        Span<byte> weight = stackalloc byte[Ristretto.ScalarLength], product = stackalloc byte[PointLength];
        for (var i = from; i < to; i++)
        {
            var input = PointList.At(inputs, i);
            var output = PointList.At(outputs, i);
            BinaryPrimitives.WriteUInt16BigEndian(transcript[Index..], (ushort)i);
            EqualityProof.WritePoint(transcript[Input..], input);
            EqualityProof.WritePoint(transcript[Output..], output);
            HashToGroup.ToScalar(transcript, OprfMode.Verifiable, weight);
            if (!Ristretto.TryMultiply(weight, input, product) || !Ristretto.TryAdd(m, product, m))
                return false;
            if (withOutputs && (!Ristretto.TryMultiply(weight, output, product) || !Ristretto.TryAdd(z, product, z)))
                return false;
        }
        return true;
    }

    static byte[] Seed(ReadOnlySpan<byte> publicPoint)
    {
        var dst = HashToGroup.Context("Seed-"u8, OprfMode.Verifiable, stackalloc byte[64]);
        Span<byte> transcript = stackalloc byte[2 + PointLength + 2 + dst.Length];
        EqualityProof.WritePoint(transcript, publicPoint);
        BinaryPrimitives.WriteUInt16BigEndian(transcript[(2 + PointLength)..], (ushort)dst.Length);
        dst.CopyTo(transcript[(4 + PointLength)..]);
        return SHA512.HashData(transcript);
    }
}
