using System.Buffers.Binary;
using Exchange.Protocol.DataSets;
using Exchange.Protocol.Lookups;
using Google.Protobuf;

namespace Exchange.Hammer.Direct;

/// <summary>The records of the direct provider: both sides compute them alike, so that each answer can be checked whole.</summary>
static class DirectRecords
{
    public const int Count = 1024;

    /// <summary>Bytes of a record; shorter ones would not differ.</summary>
    public const int SmallestSize = sizeof(int), LargestSize = 64 * 1024;

    /// <summary>Bytes of a sealed WARM question about one year: its handle, one padded block and the tag.</summary>
    public const int QuestionSize = Handles.Size + 128 + 16;

    /// <summary>Bytes of every sealed answer of the data set that the exchange is asked for.</summary>
    public static readonly int AnswerSize = AnswerEnvelope.SealedSize(DataSetCatalogue.Income.DeclaredSize);

    static readonly byte[] content = Content();

    /// <summary>A window on the same bytes, begun at another place for each number: nothing is copied.</summary>
    public static ByteString Of(int number, int size) => UnsafeByteOperations.UnsafeWrap(content.AsMemory(number * sizeof(int), size));

    static byte[] Content()
    {
        var bytes = new byte[Count * sizeof(int) + LargestSize];
        // An odd factor: no two places hold the same.
        for (var i = 0; i < bytes.Length / sizeof(int); i++)
            BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(i * sizeof(int)), unchecked(i * (int)0x9E3779B1));
        return bytes;
    }
}
