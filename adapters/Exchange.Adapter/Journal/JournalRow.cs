using Exchange.Adapter.Journal.Sealing;
using Exchange.Protocol.Encoding;
using Exchange.V1;
using Google.Protobuf;
using Microsoft.Data.Sqlite;

namespace Exchange.Adapter.Journal;

/// <summary>Reads one row: the id, then the columns named here.</summary>
static class JournalRow
{
    const int Person = 9, Official = 10, Sealed = 11, Log = 12;

    public static string Counterpart(string table) => table == "asked" ? "provider" : "requester";

    public static string Columns(string table) =>
        $"time_unix_ms, request_id, {Counterpart(table)}, task, data_set, kind, question_commitment, answer_commitment, person_index, official_index, sealed"
        + (table == "asked" ? ", log, log_index, leaf_hash" : "");

    public static AskedEntry Asked(SqliteDataReader row, Opener opener)
    {
        var entry = InTheOpen<AskedEntry>(row);
        var receipt = row.IsDBNull(Log) ? null : new Receipt { Log = row.GetString(Log), Index = (ulong)row.GetInt64(Log + 1), LeafHash = Bytes(row, Log + 2), RequestId = entry.RequestId };
        return Open("asked", row, entry with { Receipt = receipt }, receipt, opener);
    }

    public static AnsweredEntry Answered(SqliteDataReader row, Opener opener) => Open("answered", row, InTheOpen<AnsweredEntry>(row), null, opener);

    static T InTheOpen<T>(SqliteDataReader row) where T : JournalEntry, new() => new()
    {
        Id = row.GetInt64(0),
        TimeUnixMs = row.GetInt64(1),
        RequestId = Bytes(row, 2),
        Counterpart = row.GetString(3),
        Task = row.GetString(4),
        DataSet = row.GetString(5),
        Kind = (LookupKind)row.GetInt32(6),
        QuestionCommitment = Bytes(row, 7),
        AnswerCommitment = Bytes(row, 8),
    };

    static T Open<T>(string table, SqliteDataReader row, T entry, Receipt? receipt, Opener opener) where T : JournalEntry
    {
        var bound = new PartsWriter(stackalloc byte[512]);
        RowBinding.Write(ref bound, table, entry, receipt, Index(row, Person), Index(row, Official));
        var fault = opener.TryOpen(row.GetFieldValue<byte[]>(Sealed), bound.Written, out var plaintext);
        bound.Dispose();
        return fault == SealFault.None ? With(entry, JournalContent.Parser.ParseFrom(plaintext)) : entry with { Fault = fault };
    }

    static T With<T>(T entry, JournalContent content) where T : JournalEntry => entry with
    {
        Official = content.Official,
        CaseId = content.CaseId,
        Person = content.Person,
        Granted = content.Granted,
        Withheld = content.Withheld,
        LegalBasis = content.LegalBasis,
        Status = content.Status,
        Reason = content.Reason,
        AsOfUnixMs = content.AsOfUnixMs,
        Header = content.Header,
        Question = content.Question,
        Answer = content.Answer,
    };

    static ByteString Bytes(SqliteDataReader row, int column) => UnsafeByteOperations.UnsafeWrap(row.GetFieldValue<byte[]>(column));

    static byte[] Index(SqliteDataReader row, int column) => row.IsDBNull(column) ? [] : row.GetFieldValue<byte[]>(column);
}
