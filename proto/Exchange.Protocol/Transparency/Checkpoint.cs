using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Exchange.Protocol.Transparency;

/// <summary>What a log says of itself (C2SP tlog-checkpoint): its name, how many entries it has, and the root of their tree.</summary>
/// <param name="Origin">The log's name, and that of its key.</param>
/// <param name="Root">32 bytes.</param>
public sealed record Checkpoint(string Origin, ulong Size, byte[] Root)
{
    /// <summary>The text that is signed.</summary>
    public string Body => string.Create(CultureInfo.InvariantCulture, $"{Origin}\n{Size}\n{Convert.ToBase64String(Root)}\n");

    /// <summary>Reads the exact form without extension lines: this exchange's logs write none.</summary>
    public static bool TryParse(string body, [NotNullWhen(true)] out Checkpoint? checkpoint)
    {
        checkpoint = null;
        if (body.Split('\n') is not [var origin, var size, var root, ""] || !NoteKey.IsName(origin))
            return false;
        Span<byte> hash = stackalloc byte[TreeHash.Length];
        if (!ulong.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var entries)
            || root.Length != 44 || !Convert.TryFromBase64String(root, hash, out var length) || length != hash.Length)
            return false;
        var read = new Checkpoint(origin, entries, hash.ToArray());
        if (read.Body != body)
            return false;
        checkpoint = read;
        return true;
    }

    /// <summary>A note that a log has signed under its own name.</summary>
    public static bool TryOpen(string note, NoteKey log, [NotNullWhen(true)] out Checkpoint? checkpoint, [NotNullWhen(true)] out SignedNote? signed)
    {
        checkpoint = null;
        return SignedNote.TryParse(note, out signed) && signed.IsSignedBy(log) && TryParse(signed.Body, out checkpoint) && checkpoint.Origin == log.Name;
    }

    public bool Equals(Checkpoint? other) => other is not null && Body == other.Body;

    public override int GetHashCode() => Body.GetHashCode(StringComparison.Ordinal);
}
