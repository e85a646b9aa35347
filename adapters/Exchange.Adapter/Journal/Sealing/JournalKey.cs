using System.Security.Cryptography;
using Exchange.Protocol.Encoding;
using Exchange.Protocol.Sessions;

namespace Exchange.Adapter.Journal.Sealing;

/// <summary>
/// One key of a journal. What it is used for has a key of its own, by HKDF-SHA256: each run of a writer seals with another
/// one, drawn by a salt, so that counted nonces never meet; persons and officials are indexed by a third.
/// </summary>
public sealed class JournalKey : IDisposable
{
    /// <summary>Bytes.</summary>
    public const int Size = 32, IdSize = 4, SaltSize = 16, IndexSize = 16;

    readonly byte[] key;
    readonly HmacKey index;
    readonly byte[] id;

    internal JournalKey(ReadOnlySpan<byte> key)
    {
        this.key = key.ToArray();
        id = Derive(IdSize, [], "xhub/v1/journal/id"u8);
        var indexing = Derive(Size, [], "xhub/v1/journal/index"u8);
        index = new HmacKey(indexing);
        CryptographicOperations.ZeroMemory(indexing);
    }

    /// <summary>Follows from the key, so that another key is never taken for it.</summary>
    public ReadOnlySpan<byte> Id => id;

    public string Name => Convert.ToHexStringLower(id);

    /// <summary>What rows of one run are sealed with.</summary>
    public AeadKey Run(ReadOnlySpan<byte> salt)
    {
        var run = Derive(Size, salt, "xhub/v1/journal/seal"u8);
        try
        {
            return new AeadKey(run);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(run);
        }
    }

    /// <summary>HMAC-SHA256(T("person", key)), cut to 16 bytes.</summary>
    public void IndexPerson(string person, Span<byte> to) => Index("person"u8, person, to);

    public void IndexOfficial(string official, Span<byte> to) => Index("official"u8, official, to);

    public byte[] IndexPerson(string person)
    {
        var found = new byte[IndexSize];
        IndexPerson(person, found);
        return found;
    }

    public byte[] IndexOfficial(string official)
    {
        var found = new byte[IndexSize];
        IndexOfficial(official, found);
        return found;
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(key);
        index.Dispose();
    }

    byte[] Derive(int length, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> label)
    {
        var derived = new byte[length];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, key, derived, salt, label);
        return derived;
    }

    void Index(ReadOnlySpan<byte> label, string value, Span<byte> to)
    {
        var parts = new PartsWriter(stackalloc byte[256], label);
        parts.Add(value);
        Span<byte> hash = stackalloc byte[HmacKey.HashSize];
        index.Hash(parts.Written, hash);
        parts.Dispose();
        hash[..IndexSize].CopyTo(to);
    }
}
