using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Exchange.Protocol.Transparency;

namespace Exchange.KeyAuthority.Witnessing;

/// <summary>
/// What a log brings (C2SP tlog-witness): <c>old SIZE</c>, the hashes of a consistency proof in base64, an empty line, and
/// the checkpoint as a signed note; each line ends with a line feed.
/// </summary>
/// <param name="Old">The size from which the proof leads on.</param>
/// <param name="Origin">The first line of the note, whoever signed it.</param>
sealed record AddCheckpoint(ulong Old, IReadOnlyList<byte[]> Proof, string Origin, SignedNote Note)
{
    /// <summary>As the specification has it.</summary>
    public const int LongestProof = 63;

    const string OldPrefix = "old ";

    static readonly UTF8Encoding strictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Takes only the exact form. What the note is worth is another question.</summary>
    public static bool TryParse(ReadOnlySpan<byte> body, [NotNullWhen(true)] out AddCheckpoint? request)
    {
        request = null;
        if (!TryDecode(body, out var text))
            return false;
        var end = text.IndexOf("\n\n", StringComparison.Ordinal);
        if (end < 0 || text[..end].Split('\n') is not [var first, .. var hashes] || hashes.Length > LongestProof)
            return false;
        if (!TryOld(first, out var old) || !TryProof(hashes, out var proof) || !SignedNote.TryParse(text[(end + 2)..], out var note))
            return false;
        request = new AddCheckpoint(old, proof, note.Body[..note.Body.IndexOf('\n')], note);
        return true;
    }

    static bool TryDecode(ReadOnlySpan<byte> body, out string text)
    {
        try
        {
            text = strictUtf8.GetString(body);
            return true;
        }
        catch (DecoderFallbackException)
        {
            text = "";
            return false;
        }
    }

    static bool TryOld(string line, out ulong old)
    {
        old = 0;
        return line.StartsWith(OldPrefix, StringComparison.Ordinal)
            && ulong.TryParse(line.AsSpan(OldPrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out old)
            && line == string.Create(CultureInfo.InvariantCulture, $"{OldPrefix}{old}");
    }

    static bool TryProof(string[] lines, out byte[][] proof)
    {
        proof = new byte[lines.Length][];
        for (var i = 0; i < lines.Length; i++)
        {
            var hash = new byte[TreeHash.Length];
            if (!Convert.TryFromBase64String(lines[i], hash, out var length) || length != hash.Length || Convert.ToBase64String(hash) != lines[i])
                return false;
            proof[i] = hash;
        }
        return true;
    }
}
