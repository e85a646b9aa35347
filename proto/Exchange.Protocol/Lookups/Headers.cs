using System.Diagnostics.CodeAnalysis;
using Exchange.Protocol.Identity;
using Exchange.Protocol.Sessions;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Protocol.Lookups;

/// <summary>
/// Reads headers. The bytes are the associated data, so everyone must read the same in them: a header that, without
/// unknown fields, does not re-serialise to the bytes sent is refused.
/// </summary>
public static class Headers
{
    /// <summary>Bytes.</summary>
    public const int MaximumSize = 1024, RequestIdSize = 16;

    /// <summary>Characters of a task or data set.</summary>
    public const int MaximumNameLength = 128;

    static readonly MessageParser<Header> parser = Header.Parser.WithDiscardUnknownFields(true);

    /// <param name="reason">HEADER_INVALID.</param>
    public static bool TryParse(ByteString bytes, [NotNullWhen(true)] out Header? header, out Reason reason)
    {
        reason = Reason.HeaderInvalid;
        header = null;
        if (bytes.Length is 0 or > MaximumSize || Parse(bytes.Span) is not { } parsed
            || !SerialisesTo(parsed, bytes.Span) || !IsComplete(parsed))
            return false;
        header = parsed;
        reason = Reason.Unspecified;
        return true;
    }

    static Header? Parse(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    static bool SerialisesTo(Header header, ReadOnlySpan<byte> bytes)
    {
        if (header.CalculateSize() != bytes.Length)
            return false;
        Span<byte> again = stackalloc byte[MaximumSize];
        again = again[..bytes.Length];
        header.WriteTo(again);
        return again.SequenceEqual(bytes);
    }

    static bool IsComplete(Header header) =>
        AgencyNames.IsId(header.Requester) && AgencyNames.IsId(header.Provider) && IsName(header.Task) && IsName(header.DataSet)
        && header.Kind switch
        {
            LookupKind.Cold or LookupKind.Warm =>
                header.SessionId.Length == SessionRules.SessionIdSize && header.Sequence is > 0 and <= SessionRules.LastSequence
                && SessionRules.IsNode(header.Node) && header.RequestId.IsEmpty && header.ExpiryUnixMs == 0,
            LookupKind.Mail =>
                header.SessionId.IsEmpty && header.Sequence == 0 && header.Node.Length == 0
                && header.RequestId.Length == RequestIdSize && header.ExpiryUnixMs > 0,
            _ => false,
        };

    /// <summary>Whether this may stand as task or data set: not empty, not long, nothing that cannot be printed.</summary>
    public static bool IsName(string name) => name.Length is > 0 and <= MaximumNameLength && !name.Any(char.IsControl);
}
