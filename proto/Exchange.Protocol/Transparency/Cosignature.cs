using System.Buffers.Binary;
using System.Globalization;

namespace Exchange.Protocol.Transparency;

/// <summary>C2SP tlog-cosignature, cosignature/v1.</summary>
static class Cosignature
{
    public const int TimeLength = sizeof(ulong);

    /// <summary>What is signed.</summary>
    public static byte[] Message(string body, ulong unixSeconds) =>
        System.Text.Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"cosignature/v1\ntime {unixSeconds}\n{body}"));

    /// <param name="stamped">Time and signature, as they stand behind the key's hash.</param>
    public static bool Verifies(NoteKey key, string body, ReadOnlySpan<byte> stamped, out DateTimeOffset time)
    {
        time = default;
        if (stamped.Length != TimeLength + Ed25519.SignatureLength)
            return false;
        var seconds = BinaryPrimitives.ReadUInt64BigEndian(stamped);
        if (seconds > (ulong)DateTimeOffset.MaxValue.ToUnixTimeSeconds() || !key.Verifies(Message(body, seconds), stamped[TimeLength..]))
            return false;
        time = DateTimeOffset.FromUnixTimeSeconds((long)seconds);
        return true;
    }
}
