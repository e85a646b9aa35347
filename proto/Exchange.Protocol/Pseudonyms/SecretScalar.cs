using System.Security.Cryptography;

namespace Exchange.Protocol.Pseudonyms;

/// <summary>A scalar that a process keeps, in pinned memory, zeroed on disposal.</summary>
public sealed class SecretScalar : IDisposable
{
    readonly byte[] bytes = GC.AllocateArray<byte>(Ristretto.ScalarLength, pinned: true);

    /// <exception cref="ArgumentException">Zero, not below L, or not 32 bytes.</exception>
    public SecretScalar(ReadOnlySpan<byte> scalar)
    {
        if (!Ristretto.IsScalar(scalar))
            throw new ArgumentException("not a scalar: zero, too large or of the wrong length", nameof(scalar));
        scalar.CopyTo(bytes);
    }

    SecretScalar() => Ristretto.RandomScalar(bytes);

    public ReadOnlySpan<byte> Bytes => bytes;

    internal ReadOnlyMemory<byte> Memory => bytes;

    public static SecretScalar Random() => new();

    /// <summary>The scalar times the generator, 32 bytes: what may be published of it.</summary>
    public byte[] PublicPoint()
    {
        var point = new byte[Ristretto.PointLength];
        return Ristretto.TryMultiplyBase(bytes, point) ? point : throw new ObjectDisposedException(nameof(SecretScalar));
    }

    public void Dispose() => CryptographicOperations.ZeroMemory(bytes);
}
