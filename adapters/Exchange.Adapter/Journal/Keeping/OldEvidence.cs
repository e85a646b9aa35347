using Dapper;
using Exchange.Adapter.Evidence;
using Microsoft.Data.Sqlite;

namespace Exchange.Adapter.Journal.Keeping;

/// <summary>Receipts of entries, their proofs and the checkpoints those lead to, which go where their entries go.</summary>
static class OldEvidence
{
    /// <summary>Receipts looked at in one step.</summary>
    const int Batch = 10_000;

    /// <summary>A receipt of the journal, called one, whose entry is in the file.</summary>
    const string IsMeant = "id > @after AND id <= @to AND (EXISTS (SELECT 1 FROM main.asked WHERE request_id = one.request_id) OR EXISTS (SELECT 1 FROM main.answered WHERE request_id = one.request_id))";

    const string IsInBatch = "receipt.id > @after AND receipt.id <= @to";

    /// <summary>Within the transaction that deleted the entries. What another entry has the request id of stays: a hub may use one again.</summary>
    /// <param name="requests">Their request ids in hexadecimal; empty for what the hub never saw.</param>
    public static void Purge(SqliteConnection connection, IEnumerable<string> requests)
    {
        // Of each tile; those that waited have no way there.
        var gone = new Dictionary<(string Log, long Tile), HashSet<long>>();
        var sizes = new HashSet<(string Log, long Size)>();
        foreach (var id in requests.Where(one => one.Length > 0).Select(Convert.FromHexString))
            foreach (var (receipt, log, tile, contradicted) in connection.Query<(long, string, long, long?)>(
                """
                SELECT id, log, log_index >> 8, size FROM receipt LEFT JOIN contradiction ON receipt = id WHERE request_id = @id
                    AND NOT EXISTS (SELECT 1 FROM asked WHERE request_id = @id) AND NOT EXISTS (SELECT 1 FROM answered WHERE request_id = @id)
                """, new { id }).ToList())
            {
                connection.Execute("""
                    DELETE FROM waiting WHERE log = @log AND receipt = @receipt;
                    DELETE FROM contradiction WHERE receipt = @receipt;
                    DELETE FROM receipt WHERE id = @receipt;
                    """, new { receipt, log });
                if (contradicted is { } size)
                    sizes.Add((log, size));
                else if (gone.TryGetValue((log, tile), out var receipts))
                    receipts.Add(receipt);
                else
                    gone[(log, tile)] = [receipt];
            }
        foreach (var ((log, tile), receipts) in gone)
            foreach (var (id, size, ways) in connection.Query<(long, long, byte[])>("SELECT id, size, ways FROM proof WHERE log = @log AND tile = @tile", new { log, tile }).ToList())
            {
                if (TileProof.Without(ways, receipts) is not { } left || left.Length == ways.Length)
                    continue;
                if (left.Length > 0)
                {
                    connection.Execute("UPDATE proof SET ways = @left WHERE id = @id", new { id, left });
                    continue;
                }
                connection.Execute("DELETE FROM proof WHERE id = @id", new { id });
                sizes.Add((log, size));
            }
        foreach (var (log, size) in sizes)
            connection.Execute("""
                DELETE FROM checkpoint WHERE log = @log AND size = @size
                    AND NOT EXISTS (SELECT 1 FROM proof WHERE log = @log AND size = @size)
                    AND NOT EXISTS (SELECT 1 FROM contradiction JOIN receipt ON id = receipt WHERE size = @size AND log = @log)
                """, new { log, size });
    }

    /// <summary>Into a file that has the entries already, from the journal attached to it, a batch at a time.</summary>
    public static Copied Copy(SqliteConnection connection, CancellationToken stop)
    {
        var last = new Copied(Last(connection, "receipt"), Last(connection, "proof"));
        for (var after = 0L; after < last.Receipt; after += Batch)
        {
            stop.ThrowIfCancellationRequested();
            // What waits comes first: whatever is not among it has its proof by the time that proofs are copied.
            connection.Execute($"""
                INSERT INTO main.receipt SELECT * FROM journal.receipt AS one WHERE {IsMeant};
                INSERT INTO main.waiting SELECT waiting.* FROM main.receipt JOIN journal.waiting ON waiting.log = receipt.log AND waiting.receipt = receipt.id WHERE {IsInBatch};
                INSERT INTO main.contradiction SELECT contradiction.* FROM main.receipt JOIN journal.contradiction ON contradiction.receipt = receipt.id WHERE {IsInBatch};
                INSERT OR IGNORE INTO main.proof {ProofsOf("journal")};
                INSERT OR IGNORE INTO main.checkpoint SELECT there.* FROM ({ProofsOf("main")}) AS here JOIN journal.checkpoint AS there ON there.log = here.log AND there.size = here.size;
                INSERT OR IGNORE INTO main.checkpoint SELECT there.* FROM main.receipt JOIN main.contradiction AS here ON here.receipt = receipt.id
                    JOIN journal.checkpoint AS there ON there.log = receipt.log AND there.size = here.size WHERE {IsInBatch};
                """, new { after, to = Math.Min(after + Batch, last.Receipt) });
        }
        return last;
    }

    /// <summary>
    /// Whether a file has the receipts of its entries, and their proofs and checkpoints to the letter. What became of a receipt since, in the
    /// journal attached to it, is left out; whether a proof is any good is seen by public keys, by whoever uses it.
    /// </summary>
    /// <param name="last">As <see cref="Copy"/> returned it; what is later came meanwhile.</param>
    public static bool IsSame(SqliteConnection connection, Copied last, CancellationToken stop)
    {
        const string Columns = "id, received_unix_ms, request_id, log, log_index, leaf_hash, entry";
        for (var after = 0L; after < last.Receipt; after += Batch)
        {
            stop.ThrowIfCancellationRequested();
            if (connection.ExecuteScalar<bool>($"""
                SELECT EXISTS (SELECT {Columns} FROM journal.receipt AS one WHERE {IsMeant} EXCEPT SELECT {Columns} FROM main.receipt WHERE {IsInBatch})
                    OR EXISTS (SELECT * FROM main.contradiction WHERE receipt > @after AND receipt <= @to EXCEPT SELECT * FROM journal.contradiction WHERE receipt > @after AND receipt <= @to)
                    OR EXISTS ({ProofsOf("main")} EXCEPT {ProofsOf("journal")})
                    OR EXISTS ({ProofsOf("journal", "one.id <= @Proof")} EXCEPT {ProofsOf("main")})
                    OR EXISTS ({ProofsOf("main", NoteDiffers("one.log"))})
                    OR EXISTS (SELECT 1 FROM main.receipt JOIN main.contradiction AS one ON one.receipt = receipt.id WHERE {IsInBatch} AND {NoteDiffers("receipt.log")})
                    OR EXISTS (SELECT 1 FROM main.receipt WHERE {IsInBatch}
                        AND NOT EXISTS (SELECT 1 FROM main.waiting WHERE waiting.log = receipt.log AND waiting.receipt = id)
                        AND NOT EXISTS (SELECT 1 FROM main.contradiction WHERE contradiction.receipt = id)
                        AND (EXISTS (SELECT 1 FROM journal.contradiction WHERE contradiction.receipt = id)
                            OR NOT EXISTS (SELECT 1 FROM main.proof WHERE proof.log = receipt.log AND proof.tile = log_index >> 8)))
                """, new { after, to = Math.Min(after + Batch, last.Receipt), last.Proof }))
                return false;
        }
        return true;
    }

    /// <summary>Proofs, called one, of the tiles that have receipts of the file.</summary>
    static string ProofsOf(string schema, string condition = "TRUE") => $"""
        SELECT one.* FROM (SELECT DISTINCT log, log_index >> 8 AS tile FROM main.receipt WHERE {IsInBatch}) AS held
            JOIN {schema}.proof AS one ON one.log = held.log AND one.tile = held.tile WHERE {condition}
        """;

    /// <summary>What a proof of the file, called one, leads to is not what it leads to in the journal.</summary>
    static string NoteDiffers(string log) => $"""
        (SELECT note FROM main.checkpoint WHERE checkpoint.log = {log} AND checkpoint.size = one.size)
            IS NOT (SELECT note FROM journal.checkpoint WHERE checkpoint.log = {log} AND checkpoint.size = one.size)
        """;

    static long Last(SqliteConnection connection, string table) => connection.ExecuteScalar<long>($"SELECT coalesce(max(id), 0) FROM journal.{table}");
}

/// <summary>The ids of the last receipt and of the last proof that were there before any was copied.</summary>
readonly record struct Copied(long Receipt, long Proof);
