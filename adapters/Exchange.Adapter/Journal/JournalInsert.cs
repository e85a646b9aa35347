using Exchange.Hosting.Storage;
using Exchange.V1;
using Microsoft.Data.Sqlite;

namespace Exchange.Adapter.Journal;

/// <summary>Writes one row; the order of columns is <see cref="JournalRow"/>'s, without the id.</summary>
sealed class JournalInsert(SqliteConnection connection, string table) : IDisposable
{
    readonly SqliteStatement statement = new(connection, $"INSERT INTO {table} VALUES (NULL, {string.Join(", ", Enumerable.Range(1, JournalRow.Columns(table) - 1).Select(i => $"?{i}"))})");

    public void Run(AskedEntry entry, Receipt? receipt)
    {
        BindShared(entry);
        if (receipt is null)
        {
            statement.BindNull(20);
            statement.BindNull(21);
            statement.BindNull(22);
        }
        else
        {
            statement.Bind(20, receipt.Log);
            statement.Bind(21, (long)receipt.Index);
            statement.Bind(22, receipt.LeafHash.Span);
        }
        statement.Run();
    }

    public void Run(JournalEntry entry)
    {
        BindShared(entry);
        statement.Run();
    }

    public void Dispose() => statement.Dispose();

    void BindShared(JournalEntry entry)
    {
        statement.Bind(1, entry.TimeUnixMs);
        statement.Bind(2, entry.RequestId.Span);
        statement.Bind(3, entry.Counterpart);
        statement.Bind(4, entry.Task);
        statement.Bind(5, entry.DataSet);
        statement.Bind(6, (long)entry.Kind);
        statement.Bind(7, entry.Official);
        statement.Bind(8, entry.CaseId);
        statement.Bind(9, entry.Person);
        BindNumbers(10, entry.Granted);
        BindNumbers(11, entry.Withheld);
        statement.Bind(12, (long)entry.Status);
        statement.Bind(13, (long)entry.Reason);
        statement.Bind(14, entry.AsOfUnixMs);
        statement.Bind(15, entry.Header.Span);
        statement.Bind(16, entry.Question.Span);
        statement.Bind(17, entry.QuestionCommitment.Span);
        statement.Bind(18, entry.Answer.Span);
        statement.Bind(19, entry.AnswerCommitment.Span);
    }

    void BindNumbers(int parameter, IReadOnlyList<uint> numbers)
    {
        const int longest = 11; // 4294967295 and a comma
        Span<byte> text = numbers.Count <= 64 ? stackalloc byte[64 * longest] : new byte[numbers.Count * longest];
        var length = 0;
        for (var i = 0; i < numbers.Count; i++)
        {
            if (i > 0)
                text[length++] = (byte)',';
            numbers[i].TryFormat(text[length..], out var written, provider: System.Globalization.CultureInfo.InvariantCulture);
            length += written;
        }
        statement.BindText(parameter, text[..length]);
    }
}
