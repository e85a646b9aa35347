using Exchange.Adapter.Journal.Sealing;
using Exchange.Hosting.Storage;
using Exchange.V1;
using Microsoft.Data.Sqlite;

namespace Exchange.Adapter.Journal;

/// <summary>Writes one row, sealed; the order of columns is <see cref="JournalRow"/>'s, without the id.</summary>
sealed class JournalInsert(SqliteConnection connection, string table, RowSealer sealer) : IDisposable
{
    readonly SqliteStatement statement = new(connection,
        $"INSERT INTO {table} ({JournalRow.Columns(table)}) VALUES ({string.Join(", ", JournalRow.Columns(table).Split(", ").Select((_, i) => $"?{i + 1}"))})");

    public void Run(AskedEntry entry)
    {
        BindShared(entry, entry.Receipt);
        if (entry.Receipt is not { } receipt)
        {
            statement.BindNull(12);
            statement.BindNull(13);
            statement.BindNull(14);
        }
        else
        {
            statement.Bind(12, receipt.Log);
            statement.Bind(13, (long)receipt.Index);
            statement.Bind(14, receipt.LeafHash.Span);
        }
        statement.Run();
    }

    public void Run(AnsweredEntry entry)
    {
        BindShared(entry, null);
        statement.Run();
    }

    public void Dispose() => statement.Dispose();

    void BindShared(JournalEntry entry, Receipt? receipt)
    {
        statement.Bind(1, entry.TimeUnixMs);
        statement.Bind(2, entry.RequestId.Span);
        statement.Bind(3, entry.Counterpart);
        statement.Bind(4, entry.Task);
        statement.Bind(5, entry.DataSet);
        statement.Bind(6, (long)entry.Kind);
        statement.Bind(7, entry.QuestionCommitment.Span);
        statement.Bind(8, entry.AnswerCommitment.Span);
        var row = sealer.Seal(table, entry, receipt);
        BindIndex(9, row.Person);
        BindIndex(10, row.Official);
        statement.Bind(11, row.Sealed);
    }

    void BindIndex(int parameter, ReadOnlySpan<byte> index)
    {
        if (index.IsEmpty)
            statement.BindNull(parameter);
        else
            statement.Bind(parameter, index);
    }
}
