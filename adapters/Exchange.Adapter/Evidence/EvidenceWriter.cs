using Exchange.Hosting.Storage;
using Exchange.V1;
using Microsoft.Data.Sqlite;

namespace Exchange.Adapter.Evidence;

/// <summary>Writes receipts and what became of them, within the transactions of the journal's writer.</summary>
sealed class EvidenceWriter(SqliteConnection connection) : IDisposable
{
    /// <summary>Receipts of one answer that are kept: more than one is the hub's mistake, and to be held against it.</summary>
    const int MostOfOneAnswer = 4;

    readonly SqliteStatement receipt = new(connection, "INSERT INTO receipt VALUES (NULL, ?1, ?2, ?3, ?4, ?5, 0, ?6)");
    readonly SqliteStatement given = new(connection, $"""
        INSERT INTO receipt SELECT NULL, ?1, ?2, ?3, ?4, ?5, 0, ?6
        WHERE EXISTS (SELECT 1 FROM answered WHERE request_id = ?2)
        AND NOT EXISTS (SELECT 1 FROM receipt WHERE request_id = ?2 AND log = ?3 AND log_index = ?4 AND leaf_hash = ?5)
        AND (SELECT count(*) FROM receipt WHERE request_id = ?2) < {MostOfOneAnswer}
        """);
    readonly SqliteStatement state = new(connection, "UPDATE receipt SET state = ?2 WHERE id = ?1 AND state = 0");
    readonly SqliteStatement proof = new(connection, "INSERT OR IGNORE INTO proof SELECT ?1, ?2, ?3, ?4 WHERE EXISTS (SELECT 1 FROM receipt WHERE id = ?1 AND state = 0)");
    readonly SqliteStatement checkpoint = new(connection, "INSERT OR IGNORE INTO checkpoint VALUES (?1, ?2, ?3)");
    readonly SqliteStatement kept = new(connection, "INSERT OR REPLACE INTO kept VALUES (?1, ?2, ?3, ?4)");
    readonly SqliteStatement alarm = new(connection, "INSERT OR IGNORE INTO alarm VALUES (NULL, ?1, ?2, ?3, ?4, ?5, ?6, NULL, NULL)");

    public void Add(Receipt one, long timeUnixMs) => Bind(receipt, one, timeUnixMs).Run();

    public void Run(EvidenceItem item)
    {
        switch (item)
        {
            case GivenReceipts answers:
                foreach (var one in answers.Receipts)
                    Bind(given, one, answers.TimeUnixMs).Run();
                break;
            case NewCheckpoint { Kept: var now }:
                kept.Bind(1, now.Log);
                kept.Bind(2, (long)now.Size);
                kept.Bind(3, now.Note);
                kept.Bind(4, now.SeenUnixMs);
                kept.Run();
                break;
            case ProvenReceipts proven:
                Write(proven);
                break;
            case RaisedAlarm { Alarm: var raised }:
                alarm.Bind(1, raised.Log);
                alarm.Bind(2, raised.Word);
                alarm.Bind(3, raised.RaisedUnixMs);
                alarm.Bind(4, raised.Says);
                alarm.Bind(5, raised.KeptNote);
                alarm.Bind(6, raised.ShownNote);
                alarm.Run();
                break;
        }
    }

    public void Dispose()
    {
        receipt.Dispose();
        given.Dispose();
        state.Dispose();
        proof.Dispose();
        checkpoint.Dispose();
        kept.Dispose();
        alarm.Dispose();
    }

    void Write(ProvenReceipts proven)
    {
        checkpoint.Bind(1, proven.Under.Log);
        checkpoint.Bind(2, (long)proven.Under.Size);
        checkpoint.Bind(3, proven.Under.Note);
        checkpoint.Run();
        foreach (var one in proven.Proofs)
            Write(one, proven.Under.Size, ReceiptState.Proven);
        foreach (var one in proven.Contradicted)
            Write(one, proven.Under.Size, ReceiptState.Contradicted);
    }

    void Write(ReceiptProof one, ulong size, ReceiptState what)
    {
        proof.Bind(1, one.Receipt);
        proof.Bind(2, (long)size);
        proof.Bind(3, one.Path);
        if (one.OtherLeafHash is { } other)
            proof.Bind(4, other);
        else
            proof.BindNull(4);
        proof.Run();
        Mark(one.Receipt, what);
    }

    void Mark(long id, ReceiptState what)
    {
        state.Bind(1, id);
        state.Bind(2, (long)what);
        state.Run();
    }

    static SqliteStatement Bind(SqliteStatement statement, Receipt one, long timeUnixMs)
    {
        statement.Bind(1, timeUnixMs);
        statement.Bind(2, one.RequestId.Span);
        statement.Bind(3, one.Log);
        statement.Bind(4, (long)one.Index);
        statement.Bind(5, one.LeafHash.Span);
        statement.Bind(6, one.Entry.Span);
        return statement;
    }
}
