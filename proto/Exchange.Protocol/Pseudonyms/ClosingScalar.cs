using System.Security.Cryptography;

namespace Exchange.Protocol.Pseudonyms;

/// <summary>
/// c_X: what an agency alone puts on its column, and its inverse. Everything the agency computes with it is here:
/// closing at enrolment, blinding as requester, unblinding as provider, and its rotation.
/// </summary>
public sealed class ClosingScalar : IDisposable
{
    readonly SecretScalar scalar;
    readonly SecretScalar inverse;

    /// <exception cref="ArgumentException">Zero, not below L, or not 32 bytes.</exception>
    public ClosingScalar(ReadOnlySpan<byte> bytes)
    {
        scalar = new SecretScalar(bytes);
        Span<byte> inverted = stackalloc byte[Ristretto.ScalarLength];
        if (!Ristretto.TryInvert(bytes, inverted))
            throw new CryptographicException("a scalar below the group order has no inverse");
        inverse = new SecretScalar(inverted);
        CryptographicOperations.ZeroMemory(inverted);
    }

    public ReadOnlySpan<byte> Bytes => scalar.Bytes;

    /// <summary>stored = (c * rho^-1) * X2, for one person.</summary>
    public bool TryClose(ReadOnlySpan<byte> rhoInverse, ReadOnlySpan<byte> hubPoint, Span<byte> stored) =>
        TryMultiply(scalar.Bytes, rhoInverse, hubPoint, stored);

    /// <summary>X = (rho * c^-1) * stored, what the requester sends. rho comes from a <see cref="BlindingPool"/> and serves once.</summary>
    public bool TryBlind(ReadOnlySpan<byte> rho, ReadOnlySpan<byte> stored, Span<byte> x) => TryMultiply(inverse.Bytes, rho, stored, x);

    /// <summary>stored = (c * u) * Z, what the provider finds the row by. False when u or Z came malformed.</summary>
    public bool TryUnblind(ReadOnlySpan<byte> u, ReadOnlySpan<byte> z, Span<byte> stored) => TryMultiply(scalar.Bytes, u, z, stored);

    /// <summary>c' / c: what turns a column closed with this scalar into one closed with the next.</summary>
    public SecretScalar RotationTo(ClosingScalar next)
    {
        Span<byte> factor = stackalloc byte[Ristretto.ScalarLength];
        Ristretto.MultiplyScalars(next.scalar.Bytes, inverse.Bytes, factor);
        var rotation = new SecretScalar(factor);
        CryptographicOperations.ZeroMemory(factor);
        return rotation;
    }

    public void Dispose()
    {
        scalar.Dispose();
        inverse.Dispose();
    }

    static bool TryMultiply(ReadOnlySpan<byte> own, ReadOnlySpan<byte> other, ReadOnlySpan<byte> point, Span<byte> result)
    {
        if (!Ristretto.IsScalar(other))
        {
            result.Clear();
            return false;
        }
        Span<byte> product = stackalloc byte[Ristretto.ScalarLength];
        Ristretto.MultiplyScalars(own, other, product);
        var done = Ristretto.TryMultiply(product, point, result);
        CryptographicOperations.ZeroMemory(product);
        return done;
    }
}
