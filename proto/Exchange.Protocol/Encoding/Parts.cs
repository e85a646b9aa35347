using System.Security.Cryptography;

namespace Exchange.Protocol.Encoding;

/// <summary>T(label, f1, f2, ...) of docs/protocol.md; the label is the first part. On hot paths use <see cref="PartsWriter"/>.</summary>
public static class Parts
{
    public static byte[] Encode(params ReadOnlySpan<Part> parts)
    {
        var writer = new PartsWriter(stackalloc byte[512]);
        foreach (var part in parts)
            part.WriteTo(ref writer);
        var encoded = writer.Written.ToArray();
        writer.Dispose();
        return encoded;
    }

    /// <summary>SHA-256 of the encoding, 32 bytes.</summary>
    public static byte[] Sha256(params ReadOnlySpan<Part> parts) => SHA256.HashData(Encode(parts));
}
