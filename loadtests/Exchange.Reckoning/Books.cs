using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Dapper;
using Exchange.V1;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Exchange.Reckoning;

/// <summary>One line of a journal, asked or answered, as it stands in the file.</summary>
public sealed record Line(
    string Agency, string Counterpart, string Request, string DataSet, long Kind, string Person, long Status, long Reason,
    byte[] Header, byte[] Question, byte[] QuestionCommitment, byte[] Answer, byte[] AnswerCommitment, string? Log, long? LogIndex, byte[]? LeafHash)
{
    public override string ToString() => $"{Agency} {Request}";
}

/// <summary>A journal's file, and the file of the keys that open it.</summary>
public sealed record Journal(string File, string Keys);

/// <summary>The files of the parties, read beside whoever writes them and without their code.</summary>
public static class Books
{
    /// <param name="journal">The file and the file of its keys.</param>
    public static IReadOnlyList<Line> Asked(string agency, Journal journal) => Lines(agency, journal, "asked", "provider", "log, log_index, leaf_hash");

    public static IReadOnlyList<Line> Answered(string agency, Journal journal) => Lines(agency, journal, "answered", "requester", "NULL AS log, NULL AS log_index, NULL AS leaf_hash");

    public static IReadOnlyList<(long Number, byte[] Content, byte[] LeafHash)> Log(string path)
    {
        using var file = Open(path);
        return file.Query<(long, byte[], byte[])>("SELECT number, content, leaf_hash FROM entry ORDER BY number").AsList();
    }

    /// <summary>The same of a log in PostgreSQL.</summary>
    /// <param name="name">Of the log, since a database may have several.</param>
    public static IReadOnlyList<(long Number, byte[] Content, byte[] LeafHash)> Log(string connectionString, string name)
    {
        using var database = new NpgsqlConnection(connectionString);
        return database.Query<(long, byte[], byte[])>(
            "SELECT number, content, leaf_hash FROM entry WHERE log = (SELECT id FROM log WHERE name = @name) ORDER BY number", new { name }).AsList();
    }

    /// <summary>The lookups in the log, in order.</summary>
    public static IReadOnlyList<LookupEvent> Lookups(IEnumerable<(long Number, byte[] Content, byte[] LeafHash)> log) =>
        [.. log.Select(one => AuditEntry.Parser.ParseFrom(one.Content).Lookup).Where(one => one is not null)];

    static List<Line> Lines(string agency, Journal journal, string table, string counterpart, string receipt)
    {
        if (!File.Exists(journal.File))
            return [];
        var keys = JsonDocument.Parse(File.ReadAllText(journal.Keys)).RootElement.GetProperty("keys").EnumerateArray().Select(key => Convert.FromHexString(key.GetString()!)).ToArray();
        using var file = Open(journal.File);
        return [.. file.Query($"""
            SELECT time_unix_ms, request_id, {counterpart} AS counterpart, task, data_set, kind, question_commitment, answer_commitment, person_index, official_index,
                sealed, {receipt} FROM {table} ORDER BY id
            """).Select(row =>
            {
                var content = JournalContent.Parser.ParseFrom((byte[])Unsealed(keys, table, row));
                return new Line(
                    agency, row.counterpart, Convert.ToHexString((byte[])row.request_id), row.data_set, row.kind, content.Person, (long)content.Status, (long)content.Reason,
                    content.Header.ToByteArray(), content.Question.ToByteArray(), row.question_commitment, content.Answer.ToByteArray(), row.answer_commitment,
                    (string?)row.log, (long?)row.log_index, (byte[]?)row.leaf_hash);
            })];
    }

    /// <summary>docs/decisions/0008, written out once more on purpose: key id, salt and count, then AES-256-GCM under HKDF(key, salt), bound to the row.</summary>
    static byte[] Unsealed(byte[][] keys, string table, dynamic row)
    {
        byte[] blob = row.@sealed;
        var key = keys.Single(one => blob.AsSpan(0, 4).SequenceEqual(HKDF.DeriveKey(HashAlgorithmName.SHA256, one, 4, [], "xhub/v1/journal/id"u8.ToArray())));
        using var cipher = new AesGcm(HKDF.DeriveKey(HashAlgorithmName.SHA256, key, 32, blob[4..20], "xhub/v1/journal/seal"u8.ToArray()), 16);
        byte[] nonce = [0, 0, 0, 0, .. blob[20..28]], plaintext = new byte[blob.Length - 28 - 16];
        cipher.Decrypt(nonce, blob[28..^16], blob[^16..], plaintext, Bound(
            "xhub/v1/journal", table, (long)row.time_unix_ms, (byte[])row.request_id, (string)row.counterpart, (string)row.task, (string)row.data_set, (long)row.kind,
            (byte[])row.question_commitment, (byte[])row.answer_commitment, (byte[]?)row.person_index ?? [], (byte[]?)row.official_index ?? [],
            (string?)row.log ?? "", (object?)(long?)row.log_index ?? "", (byte[]?)row.leaf_hash ?? []));
        return plaintext;
    }

    static byte[] Bound(params object[] parts)
    {
        var bound = new MemoryStream();
        foreach (var part in parts)
        {
            var bytes = part switch
            {
                long number => Big(number),
                string text => Encoding.UTF8.GetBytes(text),
                _ => (byte[])part,
            };
            bound.Write([(byte)(bytes.Length >> 24), (byte)(bytes.Length >> 16), (byte)(bytes.Length >> 8), (byte)bytes.Length]);
            bound.Write(bytes);
        }
        return bound.ToArray();
    }

    static byte[] Big(long number) => [.. Enumerable.Range(0, 8).Select(i => (byte)(number >> (56 - 8 * i)))];

    static SqliteConnection Open(string path)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        connection.Open();
        return connection;
    }
}
