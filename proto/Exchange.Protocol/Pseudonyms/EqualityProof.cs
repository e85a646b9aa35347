using System.Buffers.Binary;
using System.Security.Cryptography;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Protocol.Pseudonyms;

/// <summary>
/// That every output is the same scalar times its input, and the public point that scalar times the generator:
/// RFC 9497 section 2.2, batched DLEQ proofs in mode 1 (verifiable).
/// </summary>
public static class EqualityProof
{
    const int Pair = 2 + Ristretto.PointLength;
    static readonly byte[] generator = Convert.FromHexString("e2f2ae0a6abc4e71a884a961c500515f58e30b6aa582dd8db6a65945e08d2d76");

    /// <summary>GenerateProof, section 2.2.1.</summary>
    /// <param name="publicPoint">scalar * G.</param>
    /// <param name="outputs">scalar * each input, in order.</param>
    /// <exception cref="ArgumentException">An input or output is not a point.</exception>
    public static Proof Prove(SecretScalar scalar, ReadOnlySpan<byte> publicPoint, ReadOnlyMemory<byte> inputs, ReadOnlyMemory<byte> outputs)
    {
        Span<byte> nonce = stackalloc byte[Ristretto.ScalarLength];
        Ristretto.RandomScalar(nonce);
        var proof = Prove(scalar, publicPoint, inputs, outputs, nonce);
        CryptographicOperations.ZeroMemory(nonce);
        return proof;
    }

    /// <summary>With a given nonce, for known answers; it must never serve twice.</summary>
    internal static Proof Prove(
        SecretScalar scalar, ReadOnlySpan<byte> publicPoint, ReadOnlyMemory<byte> inputs, ReadOnlyMemory<byte> outputs, ReadOnlySpan<byte> nonce)
    {
        Span<byte> m = stackalloc byte[Ristretto.PointLength], z = stackalloc byte[Ristretto.PointLength];
        Span<byte> t2 = stackalloc byte[Ristretto.PointLength], t3 = stackalloc byte[Ristretto.PointLength];
        // ComputeCompositesFast: Z is the scalar times M.
        if (!Composites.TryCompute(publicPoint, inputs, outputs, withOutputs: false, m, z)
            || !Ristretto.TryMultiply(scalar.Bytes, m, z)
            || !Ristretto.TryMultiplyBase(nonce, t2)
            || !Ristretto.TryMultiply(nonce, m, t3))
            throw new ArgumentException("nothing can be proven about something that is not a point");
        var c = new byte[Ristretto.ScalarLength];
        var s = new byte[Ristretto.ScalarLength];
        Challenge(publicPoint, m, z, t2, t3, c);
        Ristretto.MultiplyScalars(c, scalar.Bytes, s);
        Ristretto.SubtractScalars(nonce, s, s);
        return new Proof { C = UnsafeByteOperations.UnsafeWrap(c), S = UnsafeByteOperations.UnsafeWrap(s) };
    }

    /// <summary>VerifyProof, section 2.2.2. False as well for anything malformed: a point, a scalar, a number of elements.</summary>
    public static bool Verify(Proof proof, ReadOnlySpan<byte> publicPoint, ReadOnlyMemory<byte> inputs, ReadOnlyMemory<byte> outputs)
    {
        Span<byte> m = stackalloc byte[Ristretto.PointLength], z = stackalloc byte[Ristretto.PointLength];
        Span<byte> t2 = stackalloc byte[Ristretto.PointLength], t3 = stackalloc byte[Ristretto.PointLength];
        Span<byte> expected = stackalloc byte[Ristretto.ScalarLength];
        var c = proof.C.Span;
        var s = proof.S.Span;
        if (inputs.Length != outputs.Length || inputs.IsEmpty || inputs.Length % Ristretto.PointLength != 0
            || !Ristretto.IsScalar(c) || !Ristretto.IsScalar(s)
            || !Composites.TryCompute(publicPoint, inputs, outputs, withOutputs: true, m, z)
            || !TryCombine(s, generator, c, publicPoint, t2)
            || !TryCombine(s, m, c, z, t3))
            return false;
        Challenge(publicPoint, m, z, t2, t3, expected);
        return CryptographicOperations.FixedTimeEquals(expected, c);
    }

    // s * left + c * right.
    static bool TryCombine(ReadOnlySpan<byte> s, ReadOnlySpan<byte> left, ReadOnlySpan<byte> c, ReadOnlySpan<byte> right, Span<byte> sum)
    {
        Span<byte> product = stackalloc byte[Ristretto.PointLength];
        return Ristretto.TryMultiply(s, left, sum) && Ristretto.TryMultiply(c, right, product) && Ristretto.TryAdd(sum, product, sum);
    }

    static void Challenge(ReadOnlySpan<byte> publicPoint, ReadOnlySpan<byte> m, ReadOnlySpan<byte> z, ReadOnlySpan<byte> t2, ReadOnlySpan<byte> t3, Span<byte> c)
    {
        Span<byte> transcript = stackalloc byte[5 * Pair + 9];
        WritePoint(transcript, publicPoint);
        WritePoint(transcript[Pair..], m);
        WritePoint(transcript[(2 * Pair)..], z);
        WritePoint(transcript[(3 * Pair)..], t2);
        WritePoint(transcript[(4 * Pair)..], t3);
        "Challenge"u8.CopyTo(transcript[(5 * Pair)..]);
        HashToGroup.ToScalar(transcript, OprfMode.Verifiable, c);
    }

    internal static void WritePoint(Span<byte> target, ReadOnlySpan<byte> point)
    {
        BinaryPrimitives.WriteUInt16BigEndian(target, Ristretto.PointLength);
        point.CopyTo(target[2..]);
    }
}
