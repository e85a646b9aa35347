using System.Buffers.Binary;
using System.Collections;
using System.Security.Cryptography;
using Exchange.Protocol.Encoding;
using Exchange.Protocol.Lookups;
using Exchange.V1;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Exchange.Adapter.Answering;

/// <summary>
/// A record larger than its data set declares, in pages: the first has every single field and as many elements of lists
/// as fit, each further one elements alone. Nothing is kept between pages: the token says where the next begins, as of
/// when, and of which record, revision and granted fields alike.
/// </summary>
static class RecordPages
{
    const int DigestAt = sizeof(int) + sizeof(long), DigestSize = 16, TokenSize = DigestAt + DigestSize;

    /// <summary>Leaves in the answer the page that is asked for, with the token of the next unless it is the last.</summary>
    /// <param name="answer">Otherwise complete. What cannot be made to fit it keeps too large.</param>
    /// <param name="record">The answer's own, with the granted fields alone.</param>
    /// <param name="token">Of the question; empty for the first page.</param>
    /// <returns>False when the token is none, or not of this record.</returns>
    public static bool TryTurn(Answer answer, IMessage record, ByteString token, int declaredSize)
    {
        if (token.IsEmpty && AnswerEnvelope.Fits(answer, declaredSize))
            return true;
        var elements = Elements(record);
        var digest = Digest(answer);
        var begin = 0;
        if (!token.IsEmpty && !TryRead(token, digest, elements.Count, out begin))
            return false;
        if (elements.Count == 0)
            return true;
        var single = token.IsEmpty ? WithoutLists(record) : ByteString.Empty;

        // A record that could never be told to its end is not begun.
        var largest = elements.Index().MaxBy(one => one.Item.Element.CalculateSize()).Index;
        if (!Fits(ByteString.Empty, largest, largest + 1) || Fits(single, begin, elements.Count))
            return true;
        // Without an element a further page would be its own next.
        var (fitting, tooMany) = (token.IsEmpty ? begin : begin + 1, elements.Count);
        while (tooMany - fitting > 1)
        {
            var middle = (fitting + tooMany) / 2;
            if (Fits(single, begin, middle))
                fitting = middle;
            else
                tooMany = middle;
        }
        Fits(single, begin, fitting);
        return true;

        bool Fits(ByteString start, int from, int until)
        {
            answer.Record = Page(record.Descriptor, start, elements, from, until);
            answer.NextPage = until < elements.Count ? Token(until, answer.Freshness.AsOfUnixMs, digest) : ByteString.Empty;
            return AnswerEnvelope.Fits(answer, declaredSize);
        }
    }

    /// <summary>Of the first page, in milliseconds since 1970, as its requester gives it back; null when the token is none.</summary>
    public static long? AsOf(ByteString token) => token.Length == TokenSize ? BinaryPrimitives.ReadInt64BigEndian(token.Span[sizeof(int)..]) : null;

    /// <summary>In the order of their fields, so that pages put one after another are the record.</summary>
    static List<(FieldDescriptor Field, IMessage Element)> Elements(IMessage record) =>
        [.. Lists(record).SelectMany(field => ((IList)field.Accessor.GetValue(record)).Cast<IMessage>().Select(element => (field, element)))];

    static IEnumerable<FieldDescriptor> Lists(IMessage record) =>
        record.Descriptor.Fields.InFieldNumberOrder().Where(field => field is { IsRepeated: true, IsMap: false, FieldType: FieldType.Message });

    static ByteString WithoutLists(IMessage record)
    {
        var single = record.Descriptor.Parser.ParseFrom(record.ToByteString());
        foreach (var list in Lists(record))
            list.Accessor.Clear(single);
        return single.ToByteString();
    }

    static ByteString Page(MessageDescriptor type, ByteString start, List<(FieldDescriptor Field, IMessage Element)> elements, int from, int until)
    {
        var page = type.Parser.ParseFrom(start);
        foreach (var (field, element) in elements.GetRange(from, until - from))
            ((IList)field.Accessor.GetValue(page)).Add(element);
        return page.ToByteString();
    }

    /// <summary>Of nothing that the requester is not told: its revision, and the record as granted.</summary>
    static byte[] Digest(Answer answer)
    {
        var parts = new PartsWriter(stackalloc byte[1024], "xhub/v1/page"u8);
        parts.Add(answer.Freshness.SourceRevision);
        parts.Add(answer.Record.Span);
        var digest = SHA256.HashData(parts.Written)[..DigestSize];
        parts.Dispose();
        return digest;
    }

    static ByteString Token(int begin, long asOf, byte[] digest)
    {
        var token = new byte[TokenSize];
        BinaryPrimitives.WriteInt32BigEndian(token, begin);
        BinaryPrimitives.WriteInt64BigEndian(token.AsSpan(sizeof(int)), asOf);
        digest.CopyTo(token, DigestAt);
        return UnsafeByteOperations.UnsafeWrap(token);
    }

    static bool TryRead(ByteString token, byte[] digest, int count, out int begin)
    {
        begin = 0;
        if (token.Length != TokenSize || !token.Span[DigestAt..].SequenceEqual(digest))
            return false;
        begin = BinaryPrimitives.ReadInt32BigEndian(token.Span);
        return begin >= 0 && begin < count;
    }
}
