using Exchange.Hosting.Storage;
using Exchange.V1;
using Microsoft.Data.Sqlite;

namespace Exchange.Adapter.Evidence;

/// <summary>Writes receipts and what became of them, within the transactions of the journal's writer.</summary>
sealed class EvidenceWriter(SqliteConnection connection) : IDisposable
{
    /// <summary>Receipts of one answer that are kept: more than one is the hub's mistake, and to be held against it.</summary>
    const int MostOfOneAnswer = 4;

    readonly SqliteStatement receipt = new(connection, "INSERT INTO receipt VALUES (NULL, ?1, ?2, ?3, ?4, ?5, ?6)");
    readonly SqliteStatement given = new(connection, $"""
        INSERT INTO receipt SELECT NULL, ?1, ?2, ?3, ?4, ?5, ?6
        WHERE EXISTS (SELECT 1 FROM answered WHERE request_id = ?2)
        AND NOT EXISTS (SELECT 1 FROM receipt WHERE request_id = ?2 AND log = ?3 AND log_index = ?4 AND leaf_hash = ?5)
        AND (SELECT count(*) FROM receipt WHERE request_id = ?2) < {MostOfOneAnswer}
        """);
    readonly SqliteStatement waits = new(connection, "INSERT INTO waiting VALUES (?1, last_insert_rowid())");
    readonly SqliteStatement waitsNoMore = new(connection, "DELETE FROM waiting WHERE log = ?1 AND receipt = ?2");
    readonly SqliteStatement proof = new(connection, "INSERT INTO proof VALUES (NULL, ?1, ?2, ?3, ?4, ?5)");
    readonly SqliteStatement contradiction = new(connection, "INSERT INTO contradiction VALUES (?1, ?2, ?3, ?4)");
    readonly SqliteStatement checkpoint = new(connection, "INSERT OR IGNORE INTO checkpoint VALUES (?1, ?2, ?3)");
    readonly SqliteStatement kept = new(connection, "INSERT OR REPLACE INTO kept VALUES (?1, ?2, ?3, ?4)");
    readonly SqliteStatement alarm = new(connection, "INSERT OR IGNORE INTO alarm VALUES (NULL, ?1, ?2, ?3, ?4, ?5, ?6, NULL, NULL)");

    public void Add(Receipt one, long timeUnixMs) => Add(receipt, one, timeUnixMs);

    public void Run(EvidenceItem item)
    {
        switch (item)
        {
            case GivenReceipts answers:
                foreach (var one in answers.Receipts)
                    Add(given, one, answers.TimeUnixMs);
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
        waits.Dispose();
        waitsNoMore.Dispose();
        proof.Dispose();
        contradiction.Dispose();
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
            Write(one, proven.Under);
        foreach (var one in proven.Contradicted)
            Write(one, proven.Under);
    }

    void Write(TileProof one, KeptCheckpoint under)
    {
        using var ways = new MemoryStream();
        foreach (var way in one.Ways)
            if (WaitsNoMore(under.Log, way.Receipt))
                ways.Write(way.Bytes);
        if (ways.Length == 0)
            return;
        proof.Bind(1, under.Log);
        proof.Bind(2, (long)one.Tile);
        proof.Bind(3, (long)under.Size);
        proof.Bind(4, one.Hashes);
        proof.Bind(5, ways.GetBuffer().AsSpan(0, (int)ways.Length));
        proof.Run();
    }

    void Write(Contradiction one, KeptCheckpoint under)
    {
        if (!WaitsNoMore(under.Log, one.Receipt))
            return;
        contradiction.Bind(1, one.Receipt);
        contradiction.Bind(2, (long)under.Size);
        contradiction.Bind(3, one.Path);
        contradiction.Bind(4, one.LeafHash);
        contradiction.Run();
    }

    /// <returns>False when it did not: it was purged meanwhile.</returns>
    bool WaitsNoMore(string log, long id)
    {
        waitsNoMore.Bind(1, log);
        waitsNoMore.Bind(2, id);
        return waitsNoMore.Run() == 1;
    }

    void Add(SqliteStatement insert, Receipt one, long timeUnixMs)
    {
        insert.Bind(1, timeUnixMs);
        insert.Bind(2, one.RequestId.Span);
        insert.Bind(3, one.Log);
        insert.Bind(4, (long)one.Index);
        insert.Bind(5, one.LeafHash.Span);
        insert.Bind(6, one.Entry.Span);
        if (insert.Run() == 0)
            return;
        waits.Bind(1, one.Log);
        waits.Run();
    }
}
