using System.Globalization;
using Dapper;
using Exchange.Sandbox.Files;
using Exchange.V1;
using Microsoft.Data.Sqlite;

namespace Exchange.Sandbox.Parties;

/// <summary>One exchange in an agency's journal.</summary>
/// <param name="Person">The agency's own key of the person; empty when it knows nobody.</param>
sealed record JournalLine(
    string Person, string Official, string CaseId, IReadOnlyList<uint> Granted, IReadOnlyList<uint> Withheld, AnswerStatus Status,
    byte[] Header, byte[] Question, byte[] QuestionCommitment, byte[] Answer, byte[] AnswerCommitment);

/// <summary>An agency's journal, read from its file beside the running adapter.</summary>
sealed class JournalFile(AgencyFolder agency)
{
    const string Columns = "person, official, case_id, granted, withheld, status, header, question, question_commitment, answer, answer_commitment";

    /// <summary>What the agency wrote of a question of its own.</summary>
    public JournalLine Asked(string requestId) => Find("asked", requestId);

    /// <summary>What the agency wrote of somebody else's question.</summary>
    public JournalLine Answered(string requestId) => Find("answered", requestId);

    /// <summary>When each person was last asked about, as a number that rises; nobody else is in it.</summary>
    public IReadOnlyDictionary<string, long> LastAsked()
    {
        if (!File.Exists(agency.Journal))
            return new Dictionary<string, long>();
        using var connection = Open();
        return connection.Query<(string Person, long Id)>("SELECT person, MAX(id) FROM asked GROUP BY person").ToDictionary(row => row.Person, row => row.Id);
    }

    JournalLine Find(string table, string requestId)
    {
        using var connection = Open();
        using var row = connection.ExecuteReader($"SELECT {Columns} FROM {table} WHERE request_id = @id ORDER BY id DESC LIMIT 1", new { id = Convert.FromHexString(requestId) });
        if (!row.Read())
            throw new InvalidOperationException($"The journal of {agency.Id} has nothing of request {requestId}.");
        return new JournalLine(
            row.GetString(0), row.GetString(1), row.GetString(2), Numbers(row.GetString(3)), Numbers(row.GetString(4)), (AnswerStatus)row.GetInt32(5),
            (byte[])row[6], (byte[])row[7], (byte[])row[8], (byte[])row[9], (byte[])row[10]);
    }

    SqliteConnection Open() =>
        new(new SqliteConnectionStringBuilder { DataSource = agency.Journal, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());

    static uint[] Numbers(string text) => text.Length == 0 ? [] : [.. text.Split(',').Select(number => uint.Parse(number, CultureInfo.InvariantCulture))];
}
