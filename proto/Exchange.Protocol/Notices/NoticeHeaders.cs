using System.Diagnostics.CodeAnalysis;
using Exchange.Protocol.Identity;
using Exchange.Protocol.Lookups;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Protocol.Notices;

/// <summary>Reads the headers of notices, as strictly as those of lookups: one header has one form.</summary>
public static class NoticeHeaders
{
    static readonly MessageParser<NoticeHeader> parser = NoticeHeader.Parser.WithDiscardUnknownFields(true);

    public static bool TryParse(ByteString bytes, [NotNullWhen(true)] out NoticeHeader? header)
    {
        header = null;
        if (bytes.Length is 0 or > Headers.MaximumSize || Parse(bytes) is not { } parsed || parsed.ToByteString() != bytes || !IsComplete(parsed))
            return false;
        header = parsed;
        return true;
    }

    static NoticeHeader? Parse(ByteString bytes)
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

    static bool IsComplete(NoticeHeader header) =>
        AgencyNames.IsId(header.Sender) && AgencyNames.IsId(header.Recipient) && header.Sender != header.Recipient && Headers.IsName(header.DataSet)
        && header.NoticeId.Length == NoticeRules.IdSize && header.TimeUnixMs > 0 && header.ExpiryUnixMs > 0;
}
