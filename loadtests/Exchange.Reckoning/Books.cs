using Dapper;
using Exchange.V1;
using Microsoft.Data.Sqlite;

namespace Exchange.Reckoning;

/// <summary>One line of a journal, asked or answered, as it stands in the file.</summary>
public sealed record Line(
    string Agency, string Counterpart, string Request, string DataSet, long Kind, string Person, long Status, long Reason,
    byte[] Header, byte[] Question, byte[] QuestionCommitment, byte[] Answer, byte[] AnswerCommitment, long? LogIndex, byte[]? LeafHash)
{
    public override string ToString() => $"{Agency} {Request}";
}

/// <summary>The files of the parties, read beside whoever writes them and without their code.</summary>
public static class Books
{
    public static IReadOnlyList<Line> Asked(string agency, string journal) => Lines(agency, journal, "asked", "provider", "log_index, leaf_hash");

    public static IReadOnlyList<Line> Answered(string agency, string journal) => Lines(agency, journal, "answered", "requester", "NULL AS log_index, NULL AS leaf_hash");

    public static IReadOnlyList<(long Number, byte[] Content, byte[] LeafHash)> Log(string path)
    {
        using var file = Open(path);
        return file.Query<(long, byte[], byte[])>("SELECT number, content, leaf_hash FROM entry ORDER BY number").AsList();
    }

    /// <summary>The lookups in the log, in order.</summary>
    public static IReadOnlyList<LookupEvent> Lookups(string path) =>
        [.. Log(path).Select(one => AuditEntry.Parser.ParseFrom(one.Content).Lookup).Where(one => one is not null)];

    static List<Line> Lines(string agency, string journal, string table, string counterpart, string receipt)
    {
        if (!File.Exists(journal))
            return [];
        using var file = Open(journal);
        return [.. file.Query($"""
            SELECT {counterpart} AS counterpart, hex(request_id) AS request, data_set, kind, person, status, reason, header, question, question_commitment,
                answer, answer_commitment, {receipt} FROM {table} ORDER BY id
            """).Select(row => new Line(
                agency, row.counterpart, row.request, row.data_set, row.kind, row.person, row.status, row.reason, row.header, row.question,
                row.question_commitment, row.answer, row.answer_commitment, (long?)row.log_index, (byte[]?)row.leaf_hash))];
    }

    static SqliteConnection Open(string path)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        connection.Open();
        return connection;
    }
}
