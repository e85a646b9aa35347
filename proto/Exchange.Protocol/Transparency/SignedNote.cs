using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Exchange.Protocol.Transparency;

/// <summary>
/// A text and who signed it (C2SP signed-note): the text, an empty line, then a line for each signature,
/// <c>— name base64(key hash, signature)</c>. Lines of unknown keys mean nothing and are kept.
/// </summary>
public sealed class SignedNote
{
    internal const char Dash = '\u2014';

    const int LargestNote = 64 * 1024, MostSignatures = 64;

    readonly List<Line> lines;

    SignedNote(string body, List<Line> lines)
    {
        Body = body;
        this.lines = lines;
    }

    /// <summary>What is signed; ends with a line feed.</summary>
    public string Body { get; }

    /// <summary>Takes a note of at most 64 KiB with 1 to 64 well-formed signature lines. Whose they are is another question.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out SignedNote? note)
    {
        note = null;
        if (text.Length > LargestNote || !text.EndsWith('\n') || text.Any(letter => char.IsControl(letter) && letter != '\n'))
            return false;
        var end = text.LastIndexOf("\n\n", StringComparison.Ordinal);
        if (end < 0 || end + 2 == text.Length || text[(end + 2)..^1].Split('\n') is not { Length: > 0 and <= MostSignatures } written)
            return false;
        var lines = new List<Line>();
        foreach (var line in written)
        {
            if (line.Split(' ') is not [[Dash], var name, var encoded] || !NoteKey.IsName(name))
                return false;
            var bytes = new byte[encoded.Length];
            if (!Convert.TryFromBase64String(encoded, bytes, out var length) || length <= sizeof(uint))
                return false;
            lines.Add(new Line(name, BinaryPrimitives.ReadUInt32BigEndian(bytes), bytes[sizeof(uint)..length], line));
        }
        note = new SignedNote(text[..(end + 1)], lines);
        return true;
    }

    /// <summary>A text with its first signature.</summary>
    public static string Sign(string body, NoteSigner signer) => $"{body}\n{signer.Sign(body)}";

    /// <summary>Whether a line says that it is by this key, which proves nothing.</summary>
    public bool Names(NoteKey key) => Of(key).Any();

    public bool IsSignedBy(NoteKey key) => key.Use == NoteKeyUse.Note && Of(key).Any(line => key.Verifies(System.Text.Encoding.UTF8.GetBytes(Body), line.Signature));

    /// <summary>Whether a witness has cosigned it, and when.</summary>
    public bool IsCosignedBy(NoteKey witness, out DateTimeOffset time)
    {
        time = default;
        if (witness.Use != NoteKeyUse.Cosignature)
            return false;
        foreach (var line in Of(witness))
            if (Cosignature.Verifies(witness, Body, line.Signature, out time))
                return true;
        return false;
    }

    /// <summary>With more signature lines, such as a witness's answer.</summary>
    public string With(string signatureLines) => $"{this}{signatureLines}";

    public override string ToString() => $"{Body}\n{string.Concat(lines.Select(line => line.Text + "\n"))}";

    IEnumerable<Line> Of(NoteKey key) => lines.Where(line => line.Name == key.Name && line.KeyHash == key.Hash);

    sealed record Line(string Name, uint KeyHash, byte[] Signature, string Text);
}
