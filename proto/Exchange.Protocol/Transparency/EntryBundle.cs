using System.Buffers.Binary;

namespace Exchange.Protocol.Transparency;

/// <summary>Up to 256 entries of a log in one file (C2SP tlog-tiles), each behind its length, 16 bits, big-endian.</summary>
public static class EntryBundle
{
    /// <summary>Takes it apart. Says what is wrong; what was whole before that is kept.</summary>
    /// <param name="bundle">Null: it is not there.</param>
    /// <param name="path">For the message.</param>
    /// <param name="entries">As many as there should be.</param>
    /// <returns>Null when all is well.</returns>
    public static string? Split(byte[]? bundle, string path, byte[]?[] entries)
    {
        if (bundle is null)
            return $"{path} is not there";
        var rest = bundle.AsSpan();
        for (var i = 0; i < entries.Length; i++)
        {
            if (rest.Length < sizeof(ushort) || BinaryPrimitives.ReadUInt16BigEndian(rest) is var length && rest.Length < sizeof(ushort) + length)
                return $"{path} ends within its entry {i}";
            entries[i] = rest.Slice(sizeof(ushort), length).ToArray();
            rest = rest[(sizeof(ushort) + length)..];
        }
        return rest.IsEmpty ? null : $"{path} goes on behind its {entries.Length} entries";
    }
}
