using Dapper;
using Microsoft.Data.Sqlite;

namespace Exchange.Adapter.Journal.Keeping;

/// <summary>Receipts of entries, their proofs and the checkpoints those lead to, which go where their entries go.</summary>
static class OldEvidence
{
    /// <summary>Receipts looked at in one step.</summary>
    const int Batch = 10_000;

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

    /// <summary>Into a file that has the entries already, from the journal attached to it. A proof is held to public keys by whoever uses it.</summary>
    public static void Copy(SqliteConnection connection, CancellationToken stop)
    {
        var last = connection.ExecuteScalar<long>("SELECT coalesce(max(id), 0) FROM journal.receipt");
        for (var after = 0L; after < last; after += Batch)
        {
            stop.ThrowIfCancellationRequested();
            connection.Execute("""
                INSERT INTO main.receipt SELECT * FROM journal.receipt AS one WHERE id > @after AND id <= @after + @Batch
                    AND (EXISTS (SELECT 1 FROM main.asked WHERE request_id = one.request_id) OR EXISTS (SELECT 1 FROM main.answered WHERE request_id = one.request_id))
                """, new { after, Batch });
        }
        connection.Execute("""
            INSERT INTO main.proof SELECT proof.* FROM main.receipt JOIN journal.proof ON proof.receipt = receipt.id;
            INSERT OR IGNORE INTO main.checkpoint SELECT checkpoint.* FROM main.receipt JOIN main.proof ON proof.receipt = receipt.id
                JOIN journal.checkpoint ON checkpoint.log = receipt.log AND checkpoint.size = proof.size;
            """);
    }
}
