using System.Security.Cryptography;
using X25519Function = Exchange.Protocol.Pseudonyms.X25519;

namespace Exchange.Protocol.Hpke;

/// <summary>A recipient's key pair. The private key stays in pinned memory and is zeroed on disposal.</summary>
public sealed class HpkeKeyPair : IDisposable
{
    readonly byte[] privateKey = GC.AllocateArray<byte>(X25519Function.Length, pinned: true);

    HpkeKeyPair(string suite) => Suite = HpkeSuite.IsKnown(suite) ? suite : throw new ArgumentException($"unknown suite {suite}", nameof(suite));

    public string Suite { get; }

    /// <summary>As a bundle carries it.</summary>
    public byte[] PublicKey { get; } = new byte[X25519Function.Length];

    internal ReadOnlySpan<byte> PrivateKey => privateKey;

    public static HpkeKeyPair Generate(string suite)
    {
        var pair = new HpkeKeyPair(suite);
        X25519Function.GenerateKeyPair(pair.privateKey, pair.PublicKey);
        return pair;
    }

    /// <summary>For keys that are kept in a key store.</summary>
    public static HpkeKeyPair FromPrivateKey(string suite, ReadOnlySpan<byte> privateKey)
    {
        var pair = new HpkeKeyPair(suite);
        privateKey.CopyTo(pair.privateKey);
        X25519Function.PublicKey(pair.privateKey, pair.PublicKey);
        return pair;
    }

    public byte[] ExportPrivateKey() => [.. privateKey];

    public void Dispose() => CryptographicOperations.ZeroMemory(privateKey);
}
