using Dapper;
using Microsoft.Data.Sqlite;

namespace Exchange.Adapter.Journal.Keeping;

/// <summary>Receipts of entries, their proofs and the checkpoints those lead to, which go where their entries go.</summary>
static class OldEvidence
{
    /// <summary>Receipts looked at in one step.</summary>
    const int Batch = 10_000;

    /// <summary>A receipt of the journal, called one, whose entry is in the file.</summary>
    const string IsMeant = "id > @after AND id <= @to AND (EXISTS (SELECT 1 FROM main.asked WHERE request_id = one.request_id) OR EXISTS (SELECT 1 FROM main.answered WHERE request_id = one.request_id))";

    /// <summary>Within the transaction that deleted the entries. What another entry has the request id of stays: a hub may use one again.</summary>
    /// <param name="requests">Their request ids in hexadecimal; empty for what the hub never saw.</param>
    public static void Purge(SqliteConnection connection, IEnumerable<string> requests)
    {
        foreach (var request in requests.Where(one => one.Length > 0))
        {
            var id = Convert.FromHexString(request);
            foreach (var (receipt, log, size) in connection.Query<(long, string, long?)>(
                """
                SELECT id, log, size FROM receipt LEFT JOIN proof ON receipt = id WHERE request_id = @id
                    AND NOT EXISTS (SELECT 1 FROM asked WHERE request_id = @id) AND NOT EXISTS (SELECT 1 FROM answered WHERE request_id = @id)
                """, new { id }).ToList())
            {
                connection.Execute("DELETE FROM proof WHERE receipt = @receipt; DELETE FROM receipt WHERE id = @receipt", new { receipt });
                connection.Execute("""
                    DELETE FROM checkpoint WHERE log = @log AND size = @size
                        AND NOT EXISTS (SELECT 1 FROM proof JOIN receipt ON id = receipt WHERE proof.size = @size AND receipt.log = @log)
                    """, new { log, size });
            }
        }
    }

    /// <summary>Into a file that has the entries already, from the journal attached to it, a batch at a time.</summary>
    /// <returns>The id of the last receipt that was looked at.</returns>
    public static long Copy(SqliteConnection connection, CancellationToken stop)
    {
        var last = connection.ExecuteScalar<long>("SELECT coalesce(max(id), 0) FROM journal.receipt");
        for (var after = 0L; after < last; after += Batch)
        {
            stop.ThrowIfCancellationRequested();
            connection.Execute($"""
                INSERT INTO main.receipt SELECT * FROM journal.receipt AS one WHERE {IsMeant};
                INSERT INTO main.proof SELECT proof.* FROM main.receipt JOIN journal.proof ON proof.receipt = receipt.id WHERE receipt.id > @after AND receipt.id <= @to;
                INSERT OR IGNORE INTO main.checkpoint SELECT checkpoint.* FROM main.receipt JOIN main.proof ON proof.receipt = receipt.id
                    JOIN journal.checkpoint ON checkpoint.log = receipt.log AND checkpoint.size = proof.size WHERE receipt.id > @after AND receipt.id <= @to;
                """, new { after, to = Math.Min(after + Batch, last) });
        }
        return last;
    }

    /// <summary>
    /// Whether a file has the receipts of its entries, and their proofs and checkpoints to the letter. What became of a receipt since, in the
    /// journal attached to it, is left out; whether a proof is any good is seen by public keys, by whoever uses it.
    /// </summary>
    /// <param name="last">As <see cref="Copy"/> returned it; later receipts came meanwhile.</param>
    public static bool IsSame(SqliteConnection connection, long last, CancellationToken stop)
    {
        const string Columns = "id, received_unix_ms, request_id, log, log_index, leaf_hash, entry";
        for (var after = 0L; after < last; after += Batch)
        {
            stop.ThrowIfCancellationRequested();
            if (connection.ExecuteScalar<bool>($"""
                SELECT EXISTS (SELECT {Columns} FROM journal.receipt AS one WHERE {IsMeant} EXCEPT SELECT {Columns} FROM main.receipt WHERE id > @after AND id <= @to)
                    OR EXISTS (SELECT * FROM main.proof WHERE receipt > @after AND receipt <= @to EXCEPT SELECT * FROM journal.proof WHERE receipt > @after AND receipt <= @to)
                    OR EXISTS (SELECT 1 FROM main.receipt JOIN main.proof ON proof.receipt = receipt.id
                        LEFT JOIN main.checkpoint AS here ON here.log = receipt.log AND here.size = proof.size
                        LEFT JOIN journal.checkpoint AS there ON there.log = receipt.log AND there.size = proof.size
                        WHERE receipt.id > @after AND receipt.id <= @to AND here.note IS NOT there.note)
                    OR EXISTS (SELECT 1 FROM main.receipt JOIN journal.proof AS there ON there.receipt = receipt.id
                        WHERE receipt.id > @after AND receipt.id <= @to AND state > 0 AND NOT EXISTS (SELECT 1 FROM main.proof WHERE proof.receipt = receipt.id))
                """, new { after, to = Math.Min(after + Batch, last) }))
                return false;
        }
        return true;
    }
}
