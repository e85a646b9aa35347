using Dapper;
using Exchange.Hosting.Storage;
using Exchange.Protocol.Transparency;
using Microsoft.Data.Sqlite;

namespace Exchange.Adapter.Evidence;

/// <summary>Reads receipts, proofs and alarms beside the journal's writer.</summary>
public sealed class EvidenceTables
{
    /// <summary>Receipts in one page of those that wait.</summary>
    internal const int Page = 1000;

    /// <summary>Waiting receipts are counted up to here.</summary>
    internal const int MostCounted = 10_000;

    /// <summary>Logs that receipts name, of which a hostile hub could invent any number.</summary>
    const int MostLogs = 64;

    readonly SqliteStore store;

    internal EvidenceTables(SqliteStore store) => this.store = store;

    /// <summary>Every receipt of a request: one, unless the hub gave several.</summary>
    public IReadOnlyList<KnownReceipt> Find(ReadOnlySpan<byte> requestId)
    {
        using var connection = store.OpenToRead();
        return [.. connection.Query<ReceiptRow>(
            """
            SELECT id AS Id, receipt.log AS Log, log_index AS LogIndex, receipt.leaf_hash AS LeafHash, request_id AS RequestId, entry AS Entry,
                EXISTS (SELECT 1 FROM waiting WHERE waiting.log = receipt.log AND waiting.receipt = id) AS Waits, contradiction.leaf_hash AS OtherLeafHash, path AS Path, size AS Size
            FROM receipt LEFT JOIN contradiction ON contradiction.receipt = id WHERE request_id = @id ORDER BY id
            """, new { id = requestId.ToArray() }).Select(row => Known(connection, row))];
    }

    /// <summary>The newest checkpoint of a log that was found good; null before the first.</summary>
    public KeptCheckpoint? Kept(string log)
    {
        using var connection = store.OpenToRead();
        return connection.Query<(long Size, string Note, long Seen)>("SELECT size, note, seen_unix_ms FROM kept WHERE log = @log", new { log })
            .Select(row => new KeptCheckpoint(log, (ulong)row.Size, row.Note, row.Seen)).SingleOrDefault();
    }

    /// <summary>Alarms, the newest first.</summary>
    /// <param name="all">Those that were acknowledged too.</param>
    public IReadOnlyList<LogAlarm> Alarms(bool all)
    {
        using var connection = store.OpenToRead();
        return [.. connection.Query<(long Id, string Log, string Word, long Raised, string Says, string Kept, string Shown, long? Acknowledged, string? By)>(
            $"SELECT * FROM alarm {(all ? "" : "WHERE acknowledged_unix_ms IS NULL")} ORDER BY id DESC LIMIT {Page}").Select(row =>
                new LogAlarm(row.Log, row.Word, row.Raised, row.Says, row.Kept, row.Shown) { Id = row.Id, AcknowledgedUnixMs = row.Acknowledged, AcknowledgedBy = row.By ?? "" })];
    }

    /// <summary>Names of the logs whose receipts wait, a few of them.</summary>
    internal IReadOnlyList<string> WaitingLogs()
    {
        using var connection = store.OpenToRead();
        var logs = new List<string>();
        var next = connection.QueryFirstOrDefault<string>("SELECT log FROM waiting ORDER BY log LIMIT 1");
        while (next is not null && logs.Count < MostLogs)
        {
            logs.Add(next);
            next = connection.QueryFirstOrDefault<string>("SELECT log FROM waiting WHERE log > @next ORDER BY log LIMIT 1", new { next });
        }
        return logs;
    }

    /// <summary>Receipts that a checkpoint of so many entries should contain.</summary>
    /// <param name="after">Id of the last one of the page before; 0 for the first page.</param>
    internal IReadOnlyList<WaitingReceipt> Waiting(string log, ulong size, long after)
    {
        using var connection = store.OpenToRead();
        return [.. connection.Query<(long Id, long Index, byte[] LeafHash, byte[] RequestId)>(
            $"""
            SELECT id, log_index, leaf_hash, request_id FROM waiting CROSS JOIN receipt ON id = waiting.receipt
            WHERE waiting.log = @log AND waiting.receipt > @after AND log_index BETWEEN 0 AND @last ORDER BY waiting.receipt LIMIT {Page}
            """, new { log, last = (long)size - 1, after })
            .Select(row => new WaitingReceipt(row.Id, (ulong)row.Index, row.LeafHash, row.RequestId))];
    }

    /// <summary>Id of the oldest receipt that waits; null when none does.</summary>
    internal long? Oldest(string log)
    {
        using var connection = store.OpenToRead();
        return connection.QueryFirstOrDefault<long?>("SELECT receipt FROM waiting WHERE log = @log ORDER BY receipt LIMIT 1", new { log });
    }

    /// <summary>How many receipts wait, up to <see cref="MostCounted"/>.</summary>
    internal long CountWaiting()
    {
        using var connection = store.OpenToRead();
        return connection.ExecuteScalar<long>($"SELECT count(*) FROM (SELECT 1 FROM waiting LIMIT {MostCounted})");
    }

    /// <summary>Beside a running adapter or without one.</summary>
    /// <returns>False when no alarm of that number is open.</returns>
    internal bool Acknowledge(long id, string by, DateTimeOffset now)
    {
        using var connection = store.Open();
        return connection.Execute("UPDATE alarm SET acknowledged_unix_ms = @time, acknowledged_by = @by WHERE id = @id AND acknowledged_unix_ms IS NULL",
            new { id, by, time = now.ToUnixTimeMilliseconds() }) == 1;
    }

    static KnownReceipt Known(SqliteConnection connection, ReceiptRow row)
    {
        if (row is { OtherLeafHash: { } other, Path: { } path, Size: { } size })
            return Of(ReceiptState.Contradicted, [.. path.Chunk(TreeHash.Length)], size, other);
        if (row.Waits == 0)
            foreach (var (under, hashes, ways) in connection.Query<(long, byte[], byte[])>(
                "SELECT size, hashes, ways FROM proof WHERE log = @Log AND tile = @LogIndex >> 8 ORDER BY id", row))
                if (TileProof.Path(hashes, ways, row.Id) is { } way)
                    return Of(ReceiptState.Proven, way, under, null);
        return new KnownReceipt(row.Log, (ulong)row.LogIndex, row.LeafHash, row.RequestId, ReceiptState.Waiting, [], null, row.Entry, null);

        KnownReceipt Of(ReceiptState state, IReadOnlyList<byte[]> path, long size, byte[]? other) => new(
            row.Log, (ulong)row.LogIndex, row.LeafHash, row.RequestId, state, path, Checkpoint(connection, row.Log, size), row.Entry, other);
    }

    static KeptCheckpoint? Checkpoint(SqliteConnection connection, string log, long size) =>
        connection.QueryFirstOrDefault<string>("SELECT note FROM checkpoint WHERE log = @log AND size = @size", new { log, size }) is { } note ? new KeptCheckpoint(log, (ulong)size, note, 0) : null;

    sealed class ReceiptRow
    {
        public long Id { get; init; }

        public string Log { get; init; } = "";

        public long LogIndex { get; init; }

        public byte[] LeafHash { get; init; } = [];

        public byte[] RequestId { get; init; } = [];

        public byte[]? Entry { get; init; }

        public long Waits { get; init; }

        public byte[]? OtherLeafHash { get; init; }

        public byte[]? Path { get; init; }

        public long? Size { get; init; }
    }
}
