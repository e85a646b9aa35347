using System.Globalization;
using Exchange.V1;
using Google.Protobuf;
using Microsoft.Data.Sqlite;

namespace Exchange.Adapter.Journal;

/// <summary>Reads one row. The columns stand in the order of the first migration.</summary>
static class JournalRow
{
    const int Shared = 20;
    const int Log = Shared;

    public static int Columns(string table) => table == "asked" ? Shared + 3 : Shared;

    public static AskedEntry Asked(SqliteDataReader row)
    {
        var entry = Read<AskedEntry>(row);
        return row.IsDBNull(Log) ? entry : entry with
        {
            Receipt = new Receipt { Log = row.GetString(Log), Index = (ulong)row.GetInt64(Log + 1), LeafHash = Bytes(row, Log + 2), RequestId = entry.RequestId },
        };
    }

    public static AnsweredEntry Answered(SqliteDataReader row) => Read<AnsweredEntry>(row);

    static T Read<T>(SqliteDataReader row) where T : JournalEntry, new() => new()
    {
        Id = row.GetInt64(0),
        TimeUnixMs = row.GetInt64(1),
        RequestId = Bytes(row, 2),
        Counterpart = row.GetString(3),
        Task = row.GetString(4),
        DataSet = row.GetString(5),
        Kind = (LookupKind)row.GetInt32(6),
        Official = row.GetString(7),
        CaseId = row.GetString(8),
        Person = row.GetString(9),
        Granted = Numbers(row.GetString(10)),
        Withheld = Numbers(row.GetString(11)),
        Status = (AnswerStatus)row.GetInt32(12),
        Reason = (Reason)row.GetInt32(13),
        AsOfUnixMs = row.GetInt64(14),
        Header = Bytes(row, 15),
        Question = Bytes(row, 16),
        QuestionCommitment = Bytes(row, 17),
        Answer = Bytes(row, 18),
        AnswerCommitment = Bytes(row, 19),
    };

    static ByteString Bytes(SqliteDataReader row, int column) => UnsafeByteOperations.UnsafeWrap(row.GetFieldValue<byte[]>(column));

    static uint[] Numbers(string text) =>
        text.Length == 0 ? [] : [.. text.Split(',').Select(number => uint.Parse(number, NumberStyles.None, CultureInfo.InvariantCulture))];
}
