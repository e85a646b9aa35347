using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;

namespace Exchange.Protocol.Transparency;

/// <summary>What a key signs: notes as they are, or, a witness's, notes with the time it saw them.</summary>
public enum NoteKeyUse : byte
{
    /// <summary>C2SP signed-note, Ed25519.</summary>
    Note = 1,

    /// <summary>C2SP tlog-cosignature, cosignature/v1.</summary>
    Cosignature = 4,
}

/// <summary>
/// A key that notes are verified with, in the one line of C2SP signed-note: <c>name+hash+base64(use, key)</c>, such as
/// <c>hub-1.exchange.example/log+1a2b3c4d+AT...</c>.
/// </summary>
public sealed class NoteKey
{
    const int LongestName = 256, HashLength = 4;

    readonly byte[] key;

    internal NoteKey(string name, NoteKeyUse use, byte[] key)
    {
        Name = name;
        Use = use;
        this.key = key;
        Hash = HashOf(name, use, key);
    }

    public string Name { get; }

    public NoteKeyUse Use { get; }

    /// <summary>The first four bytes of SHA-256(name, line feed, use, key), which tell a signature's key without proving anything.</summary>
    public uint Hash { get; }

    /// <summary>A name has no spaces and no plus sign, so that it can stand in a key and in a signature line.</summary>
    public static bool IsName(string name) =>
        name.Length is > 0 and <= LongestName && !name.Any(letter => char.IsWhiteSpace(letter) || char.IsControl(letter) || letter == '+');

    public static bool TryParse(string text, [NotNullWhen(true)] out NoteKey? key)
    {
        key = null;
        // Base64 may hold plus signs, names may not.
        if (text.Split('+', 3) is not [var name, var hash, var encoded] || !IsName(name) || hash.Length != 2 * HashLength
            || !uint.TryParse(hash, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var given))
            return false;
        Span<byte> bytes = stackalloc byte[1 + Ed25519.KeyLength];
        if (!Convert.TryFromBase64String(encoded, bytes, out var length) || length != bytes.Length || !Enum.IsDefined((NoteKeyUse)bytes[0]))
            return false;
        var read = new NoteKey(name, (NoteKeyUse)bytes[0], bytes[1..].ToArray());
        if (read.Hash != given)
            return false;
        key = read;
        return true;
    }

    public bool Verifies(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) => Ed25519.Verify(message, signature, key);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name}+{Hash:x8}+{Convert.ToBase64String([(byte)Use, .. key])}");

    static uint HashOf(string name, NoteKeyUse use, byte[] key) =>
        BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData([.. System.Text.Encoding.UTF8.GetBytes(name), (byte)'\n', (byte)use, .. key]));
}
