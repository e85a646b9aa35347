using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace Exchange.Protocol.Pseudonyms;

/// <summary>
/// The group ristretto255 (RFC 9496): points and scalars are 32 bytes, little-endian. A Try method returns false for
/// whatever is not a canonical point, for the identity as input or result, and for a scalar that is zero or not
/// below the group order L, and then leaves zeros in the result.
/// </summary>
public static unsafe class Ristretto
{
    public const int PointLength = 32;
    public const int ScalarLength = 32;

    /// <summary>Bytes reduced to a scalar or mapped to a point.</summary>
    public const int WideLength = 64;

    // L = 2^252 + 27742317777372353535851937790883648493, RFC 9496 section 4, least significant limb first.
    const ulong Order0 = 0x5812631a5cf5d3ed;
    const ulong Order1 = 0x14def9dea2f79cd6;
    const ulong Order2 = 0;
    const ulong Order3 = 0x1000000000000000;

    public static bool TryMultiply(ReadOnlySpan<byte> scalar, ReadOnlySpan<byte> point, Span<byte> result)
    {
        RequireLength(result, PointLength);
        if (IsScalar(scalar) && point.Length == PointLength)
            fixed (byte* r = result, s = scalar, p = point)
                if (Sodium.RistrettoMultiply(r, s, p) == 0)
                    return true;
        result.Clear();
        return false;
    }

    /// <summary>The scalar times the generator.</summary>
    public static bool TryMultiplyBase(ReadOnlySpan<byte> scalar, Span<byte> result)
    {
        RequireLength(result, PointLength);
        if (IsScalar(scalar))
            fixed (byte* r = result, s = scalar)
                if (Sodium.RistrettoMultiplyBase(r, s) == 0)
                    return true;
        result.Clear();
        return false;
    }

    /// <summary>The sum of two points. Unlike the others it accepts and may yield the identity.</summary>
    public static bool TryAdd(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, Span<byte> result)
    {
        RequireLength(result, PointLength);
        if (left.Length == PointLength && right.Length == PointLength)
            fixed (byte* r = result, a = left, b = right)
                if (Sodium.RistrettoAdd(r, a, b) == 0)
                    return true;
        result.Clear();
        return false;
    }

    /// <summary>Whether it is the canonical encoding of a point other than the identity.</summary>
    public static bool IsPoint(ReadOnlySpan<byte> point)
    {
        if (point.Length != PointLength || !point.ContainsAnyExcept((byte)0))
            return false;
        fixed (byte* p = point)
            return Sodium.RistrettoIsValidPoint(p) == 1;
    }

    /// <summary>RFC 9496 section 4.3.4, element derivation from 64 uniform bytes.</summary>
    public static void FromUniformBytes(ReadOnlySpan<byte> wide, Span<byte> result)
    {
        RequireLength(wide, WideLength);
        RequireLength(result, PointLength);
        fixed (byte* r = result, w = wide)
            if (Sodium.RistrettoFromHash(r, w) != 0)
                throw new CryptographicException("libsodium refused to derive a point");
    }

    /// <summary>The scalar's inverse modulo L.</summary>
    public static bool TryInvert(ReadOnlySpan<byte> scalar, Span<byte> result)
    {
        RequireLength(result, ScalarLength);
        if (IsScalar(scalar))
            fixed (byte* r = result, s = scalar)
                if (Sodium.ScalarInvert(r, s) == 0)
                    return true;
        result.Clear();
        return false;
    }

    /// <summary>Modulo L; the operands are scalars already checked or drawn here.</summary>
    public static void MultiplyScalars(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, Span<byte> result)
    {
        RequireLengths(left, right, result);
        fixed (byte* r = result, a = left, b = right)
            Sodium.ScalarMultiply(r, a, b);
    }

    /// <inheritdoc cref="MultiplyScalars"/>
    public static void AddScalars(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, Span<byte> result)
    {
        RequireLengths(left, right, result);
        fixed (byte* r = result, a = left, b = right)
            Sodium.ScalarAdd(r, a, b);
    }

    /// <inheritdoc cref="MultiplyScalars"/>
    public static void SubtractScalars(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, Span<byte> result)
    {
        RequireLengths(left, right, result);
        fixed (byte* r = result, a = left, b = right)
            Sodium.ScalarSubtract(r, a, b);
    }

    /// <summary>Whether it is neither zero nor L or more, in constant time for a given length.</summary>
    public static bool IsScalar(ReadOnlySpan<byte> scalar)
    {
        if (scalar.Length != ScalarLength)
            return false;
        var limb0 = BinaryPrimitives.ReadUInt64LittleEndian(scalar);
        var limb1 = BinaryPrimitives.ReadUInt64LittleEndian(scalar[8..]);
        var limb2 = BinaryPrimitives.ReadUInt64LittleEndian(scalar[16..]);
        var limb3 = BinaryPrimitives.ReadUInt64LittleEndian(scalar[24..]);
        var borrow = Borrow(limb0, Order0, 0);
        borrow = Borrow(limb1, Order1, borrow);
        borrow = Borrow(limb2, Order2, borrow);
        borrow = Borrow(limb3, Order3, borrow);
        var any = limb0 | limb1 | limb2 | limb3;
        var nonzero = (any | (0 - any)) >> 63;
        return (borrow & nonzero) == 1;
    }

    /// <summary>A fresh secret scalar.</summary>
    public static void RandomScalar(Span<byte> result)
    {
        Span<byte> wide = stackalloc byte[WideLength];
        do
        {
            RandomNumberGenerator.Fill(wide);
            Reduce(wide, result);
        }
        while (!IsScalar(result));
        CryptographicOperations.ZeroMemory(wide);
    }

    /// <summary>64 bytes modulo L; the result may be zero.</summary>
    public static void Reduce(ReadOnlySpan<byte> wide, Span<byte> result)
    {
        RequireLength(wide, WideLength);
        RequireLength(result, ScalarLength);
        fixed (byte* r = result, w = wide)
            Sodium.ScalarReduce(r, w);
    }

    // The borrow of left - right - borrow, without a branch.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static ulong Borrow(ulong left, ulong right, ulong borrow)
    {
        var difference = left - right - borrow;
        return ((~left & right) | (~(left ^ right) & difference)) >> 63;
    }

    static void RequireLengths(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, ReadOnlySpan<byte> result)
    {
        RequireLength(left, ScalarLength);
        RequireLength(right, ScalarLength);
        RequireLength(result, ScalarLength);
    }

    static void RequireLength(ReadOnlySpan<byte> bytes, int length)
    {
        if (bytes.Length != length)
            throw new ArgumentException($"expected {length} bytes, got {bytes.Length}");
    }
}
