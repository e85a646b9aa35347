using System.Buffers.Binary;
using Exchange.Protocol.DataSets;
using Exchange.Protocol.Lookups;
using Google.Protobuf;

namespace Exchange.Hammer.Direct;

/// <summary>The records of the direct provider: both sides compute them alike, so that each answer can be checked whole.</summary>
static class DirectRecords
{
    public const int Count = 1024;

    /// <summary>Bytes of a sealed WARM question about one year: its handle, one padded block and the tag.</summary>
    public const int QuestionSize = Handles.Size + 128 + 16;

    /// <summary>Bytes of every sealed answer of the data set that the exchange is asked for.</summary>
    public static readonly int AnswerSize = AnswerEnvelope.SealedSize(DataSetCatalogue.Income.DeclaredSize);

    public static ByteString[] Make() => [.. Enumerable.Range(0, Count).Select(number =>
    {
        var record = new byte[AnswerSize];
        for (var i = 0; i + sizeof(int) <= record.Length; i += sizeof(int))
            BinaryPrimitives.WriteInt32BigEndian(record.AsSpan(i), unchecked(number * 1_000_003 + i));
        return UnsafeByteOperations.UnsafeWrap(record);
    })];
}
