using System.Security.Cryptography;

namespace Exchange.Protocol.Hpke;

/// <summary>What both sides share after setup: a source of keys (RFC 9180 section 5.3). Zeroed on disposal.</summary>
public sealed class HpkeContext : IDisposable
{
    readonly byte[] exporterSecret = GC.AllocateArray<byte>(KeySchedule.HashLength, pinned: true);
    readonly ushort aead;

    internal HpkeContext(ReadOnlySpan<byte> sharedSecret, ReadOnlySpan<byte> info, ushort aead = KeySchedule.Aes256Gcm)
    {
        this.aead = aead;
        KeySchedule.ExporterSecret(sharedSecret, info, aead, exporterSecret);
    }

    internal ReadOnlySpan<byte> ExporterSecret => exporterSecret;

    /// <param name="label">The exporter context.</param>
    /// <param name="key">Filled whole; at most 8,160 bytes.</param>
    public void Export(ReadOnlySpan<byte> label, Span<byte> key) => KeySchedule.Export(exporterSecret, label, aead, key);

    public void Dispose() => CryptographicOperations.ZeroMemory(exporterSecret);
}
