using System.Buffers.Binary;
using System.Text;
using Exchange.Adapter.Sources.Mapping;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Exchange.Adapter.Sources.Csv;

/// <summary>A record as the index keeps it: as-of, next update, length and bytes of the revision, bytes of the record.</summary>
static class StoredRecord
{
    public static CsvKeep Keep(RecordMapping mapping) => (ReadOnlySpan<object?> cells, RowTimes times, out byte[] kept) =>
    {
        var wrong = mapping.TryBuild(cells, times, out var record);
        kept = wrong is null ? Write(record!) : [];
        return wrong;
    };

    static byte[] Write(SourceRecord record)
    {
        var revision = Encoding.UTF8.GetBytes(record.Revision);
        var stored = new byte[20 + revision.Length + record.Record.CalculateSize()];
        BinaryPrimitives.WriteInt64LittleEndian(stored, record.AsOfUnixMs);
        BinaryPrimitives.WriteInt64LittleEndian(stored.AsSpan(8), record.NextUpdateUnixMs);
        BinaryPrimitives.WriteInt32LittleEndian(stored.AsSpan(16), revision.Length);
        revision.CopyTo(stored, 20);
        record.Record.WriteTo(stored.AsSpan(20 + revision.Length));
        return stored;
    }

    public static SourceRecord Read(ArraySegment<byte> stored, MessageDescriptor type)
    {
        var span = stored.AsSpan();
        var revision = BinaryPrimitives.ReadInt32LittleEndian(span[16..]);
        return new SourceRecord(
            type.Parser.ParseFrom(stored.Array, stored.Offset + 20 + revision, stored.Count - 20 - revision),
            BinaryPrimitives.ReadInt64LittleEndian(span),
            Encoding.UTF8.GetString(span.Slice(20, revision)),
            BinaryPrimitives.ReadInt64LittleEndian(span[8..]));
    }
}
