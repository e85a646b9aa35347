using System.Buffers.Binary;
using System.Security.Cryptography;
using Exchange.Protocol.Sessions;

namespace Exchange.Adapter.Journal.Sealing;

/// <summary>
/// Seals what one run of a writer writes: key id (4 bytes), the run's salt (16), how many it sealed before (8), then
/// AES-256-GCM with its tag. The count is the nonce, under a key that no other run has. For one thread at a time.
/// </summary>
sealed class Sealer : IDisposable
{
    /// <summary>Bytes before the ciphertext.</summary>
    public const int PrefixSize = CountAt + sizeof(ulong);

    /// <summary>Bytes that sealing adds.</summary>
    public const int Overhead = PrefixSize + AeadKey.TagSize;

    const int SaltAt = JournalKey.IdSize, CountAt = SaltAt + JournalKey.SaltSize;

    readonly byte[] prefix = new byte[PrefixSize];
    readonly AeadKey run;
    ulong count;

    public Sealer(JournalKey key)
    {
        key.Id.CopyTo(prefix);
        RandomNumberGenerator.Fill(prefix.AsSpan(SaltAt, JournalKey.SaltSize));
        run = key.Run(prefix.AsSpan(SaltAt, JournalKey.SaltSize));
    }

    /// <param name="to">As long as the plaintext and <see cref="Overhead"/>; the plaintext stands at <see cref="PrefixSize"/> already.</param>
    public void Seal(Span<byte> to, ReadOnlySpan<byte> associated)
    {
        BinaryPrimitives.WriteUInt64BigEndian(prefix.AsSpan(CountAt), count++);
        prefix.CopyTo(to);
        Span<byte> nonce = stackalloc byte[AeadKey.NonceSize];
        Nonce(prefix, nonce);
        ObjectDisposedException.ThrowIf(!run.TrySeal(nonce, to[PrefixSize..^AeadKey.TagSize], to[PrefixSize..], associated), this);
    }

    public void Dispose() => run.Dispose();

    internal static ReadOnlySpan<byte> Id(ReadOnlySpan<byte> sealedBytes) => sealedBytes[..JournalKey.IdSize];

    internal static ReadOnlySpan<byte> Salt(ReadOnlySpan<byte> sealedBytes) => sealedBytes.Slice(SaltAt, JournalKey.SaltSize);

    /// <summary>Four zeros and the count.</summary>
    internal static void Nonce(ReadOnlySpan<byte> sealedBytes, Span<byte> nonce)
    {
        nonce.Clear();
        sealedBytes.Slice(CountAt, sizeof(ulong)).CopyTo(nonce[(AeadKey.NonceSize - sizeof(ulong))..]);
    }
}
