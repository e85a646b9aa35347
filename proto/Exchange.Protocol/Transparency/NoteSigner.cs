using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace Exchange.Protocol.Transparency;

/// <summary>A log's or a witness's secret key, in pinned memory, zeroed on disposal.</summary>
public sealed class NoteSigner : IDisposable
{
    readonly byte[] secret = GC.AllocateArray<byte>(Ed25519.SecretLength, pinned: true);

    /// <param name="seed">32 random bytes, which the caller clears.</param>
    /// <exception cref="ArgumentException">The name cannot stand in a note, or the seed is of another length.</exception>
    public NoteSigner(string name, NoteKeyUse use, ReadOnlySpan<byte> seed)
    {
        if (!NoteKey.IsName(name))
            throw new ArgumentException("a name is 1 to 256 characters without spaces and plus signs", nameof(name));
        Key = new NoteKey(name, use, Ed25519.FromSeed(seed, secret));
    }

    public static int SeedLength => Ed25519.SeedLength;

    /// <summary>May be shown to anybody.</summary>
    public NoteKey Key { get; }

    /// <summary>The signature line of a note, with its line feed.</summary>
    /// <param name="body">Ends with a line feed.</param>
    /// <exception cref="InvalidOperationException">The key cosigns.</exception>
    public string Sign(string body)
    {
        if (Key.Use != NoteKeyUse.Note)
            throw new InvalidOperationException($"The key {Key.Name} cosigns and signs no note of its own.");
        return Line(Ed25519.Sign(System.Text.Encoding.UTF8.GetBytes(body), secret));
    }

    /// <summary>The line that says: this note was seen then, and goes on with every other that this key has cosigned.</summary>
    /// <exception cref="InvalidOperationException">The key signs notes of its own.</exception>
    public string Cosign(string body, DateTimeOffset time)
    {
        if (Key.Use != NoteKeyUse.Cosignature)
            throw new InvalidOperationException($"The key {Key.Name} signs notes of its own and does not cosign.");
        var seconds = (ulong)time.ToUnixTimeSeconds();
        var signature = Ed25519.Sign(Cosignature.Message(body, seconds), secret);
        var stamped = new byte[Cosignature.TimeLength + signature.Length];
        BinaryPrimitives.WriteUInt64BigEndian(stamped, seconds);
        signature.CopyTo(stamped, Cosignature.TimeLength);
        return Line(stamped);
    }

    public void Dispose() => CryptographicOperations.ZeroMemory(secret);

    string Line(byte[] signature)
    {
        var bytes = new byte[sizeof(uint) + signature.Length];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, Key.Hash);
        signature.CopyTo(bytes, sizeof(uint));
        return string.Create(CultureInfo.InvariantCulture, $"{SignedNote.Dash} {Key.Name} {Convert.ToBase64String(bytes)}\n");
    }
}
