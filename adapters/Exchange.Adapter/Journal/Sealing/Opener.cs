using Exchange.Protocol.Sessions;

namespace Exchange.Adapter.Journal.Sealing;

/// <summary>Why a row is not opened.</summary>
public enum SealFault
{
    None,

    /// <summary>It was sealed with a key that the key file does not have.</summary>
    KeyMissing,

    /// <summary>It was changed, or belongs to another row.</summary>
    Changed,
}

/// <summary>Opens what any run sealed with one of the keys. For any number of threads.</summary>
sealed class Opener(JournalKeys keys) : IDisposable
{
    /// <summary>A row's neighbours are of the same run, so few are wanted at a time.</summary>
    const int MostRuns = 64;

    readonly Dictionary<UInt128, AeadKey> runs = [];
    readonly Lock gate = new();

    public SealFault TryOpen(ReadOnlySpan<byte> sealedBytes, ReadOnlySpan<byte> associated, out byte[] plaintext)
    {
        plaintext = [];
        if (sealedBytes.Length < Sealer.Overhead)
            return SealFault.Changed;
        if (keys.Find(Sealer.Id(sealedBytes)) is not { } key)
            return SealFault.KeyMissing;
        Span<byte> nonce = stackalloc byte[AeadKey.NonceSize];
        Sealer.Nonce(sealedBytes, nonce);
        plaintext = new byte[sealedBytes.Length - Sealer.Overhead];
        lock (gate)
            return Run(key, Sealer.Salt(sealedBytes)).TryOpen(nonce, sealedBytes[Sealer.PrefixSize..], plaintext, associated) ? SealFault.None : SealFault.Changed;
    }

    public void Dispose()
    {
        lock (gate)
            Clear();
    }

    AeadKey Run(JournalKey key, ReadOnlySpan<byte> salt)
    {
        var name = System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(salt) ^ System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(key.Id);
        if (runs.TryGetValue(name, out var run))
            return run;
        if (runs.Count == MostRuns)
            Clear();
        return runs[name] = key.Run(salt);
    }

    void Clear()
    {
        foreach (var run in runs.Values)
            run.Dispose();
        runs.Clear();
    }
}
