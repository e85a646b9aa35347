using System.Security.Cryptography;

namespace Exchange.Protocol.Pseudonyms;

/// <summary>The hub's part of a COLD lookup: t_AB = w_B * w_A^-1, Z = t_AB * X.</summary>
public static class Translation
{
    public static SecretScalar Key(SecretScalar requester, SecretScalar provider)
    {
        Span<byte> key = stackalloc byte[Ristretto.ScalarLength];
        ObjectDisposedException.ThrowIf(!Ristretto.TryInvert(requester.Bytes, key), requester);
        Ristretto.MultiplyScalars(provider.Bytes, key, key);
        var translation = new SecretScalar(key);
        CryptographicOperations.ZeroMemory(key);
        return translation;
    }

    /// <summary>False when X is not a point, or the identity: POINT_INVALID.</summary>
    public static bool TryApply(SecretScalar translation, ReadOnlySpan<byte> x, Span<byte> z) => Ristretto.TryMultiply(translation.Bytes, x, z);
}
