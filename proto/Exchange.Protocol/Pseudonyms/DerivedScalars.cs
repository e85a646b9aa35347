using System.Security.Cryptography;
using Exchange.Protocol.Encoding;

namespace Exchange.Protocol.Pseudonyms;

/// <summary>The key authority's scalars, all from mk: scalar(key, label, ...) of docs/protocol.md sections 2 and 3.</summary>
public static class DerivedScalars
{
    /// <summary>a_X,e: what an agency's people are multiplied with in one epoch.</summary>
    public static SecretScalar Agency(ReadOnlySpan<byte> mk, string agency, ulong epoch)
    {
        using var input = new PartsWriter(stackalloc byte[128], "xhub/v1/a"u8);
        input.Add(agency);
        input.Add(epoch);
        return Derive(mk, input.Written);
    }

    /// <summary>w_X,e = m_g * a_X,e: what the hub is given.</summary>
    public static SecretScalar Translation(ReadOnlySpan<byte> mk, ulong generation, string agency, ulong epoch)
    {
        using var mask = Mask(mk, generation);
        using var own = Agency(mk, agency, epoch);
        return Product(mask.Bytes, own.Bytes);
    }

    /// <summary>a_X,to / a_X,from: what an agency multiplies its column with after an incident.</summary>
    public static SecretScalar EpochFactor(ReadOnlySpan<byte> mk, string agency, ulong from, ulong to)
    {
        using var old = Agency(mk, agency, from);
        using var next = Agency(mk, agency, to);
        Span<byte> inverse = stackalloc byte[Ristretto.ScalarLength];
        if (!Ristretto.TryInvert(old.Bytes, inverse))
            throw new CryptographicException("a derived scalar has no inverse");
        var factor = Product(next.Bytes, inverse);
        CryptographicOperations.ZeroMemory(inverse);
        return factor;
    }

    static SecretScalar Mask(ReadOnlySpan<byte> mk, ulong generation)
    {
        using var input = new PartsWriter(stackalloc byte[64], "xhub/v1/m"u8);
        input.Add(generation);
        return Derive(mk, input.Written);
    }

    static SecretScalar Derive(ReadOnlySpan<byte> key, ReadOnlySpan<byte> input)
    {
        Span<byte> wide = stackalloc byte[HMACSHA512.HashSizeInBytes];
        Span<byte> scalar = stackalloc byte[Ristretto.ScalarLength];
        HMACSHA512.HashData(key, input, wide);
        Ristretto.Reduce(wide, scalar);
        var derived = new SecretScalar(scalar);
        CryptographicOperations.ZeroMemory(wide);
        CryptographicOperations.ZeroMemory(scalar);
        return derived;
    }

    static SecretScalar Product(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        Span<byte> product = stackalloc byte[Ristretto.ScalarLength];
        Ristretto.MultiplyScalars(left, right, product);
        var scalar = new SecretScalar(product);
        CryptographicOperations.ZeroMemory(product);
        return scalar;
    }
}
