using System.Diagnostics;
using Exchange.Adapter.Journal.Reading;
using Exchange.Hosting.Commands;
using Exchange.Hosting.Storage;
using Microsoft.Data.Sqlite;

namespace Exchange.Adapter.Journal.Keeping;

/// <param name="Asked">Entries deleted of each table.</param>
/// <param name="IsInWal">Parts of what was deleted may stay in the file until its write-ahead log is next copied back.</param>
public sealed record PurgeResult(long Asked, long Answered, bool IsInWal);

/// <summary>
/// Deletes entries, oldest first, in short transactions beside the adapter that writes. Each transaction counts in the journal what it
/// deletes, so that the record and the entries agree wherever a purge is stopped. Their receipts and proofs go with them. What is deleted is
/// overwritten with zeros.
/// </summary>
public sealed class JournalPurge(SqliteStore store, TimeProvider time)
{
    /// <summary>Entries in one transaction: a few milliseconds, for which a lookup waits at most.</summary>
    internal const int Batch = 200;

    /// <summary>Left to the adapter after each, since SQLite gives its lock to whoever asks next.</summary>
    static readonly TimeSpan pause = TimeSpan.FromMilliseconds(30);

    /// <param name="until">The first time, in Unix milliseconds, that is kept.</param>
    /// <param name="legalReason">Why entries are deleted before their time; empty when they are older than they have to be kept.</param>
    /// <exception cref="StoreException">Nothing of the transaction under way was done; those before it are done and counted.</exception>
    public async Task<PurgeResult> Run(long until, string legalReason, Progress progress, CancellationToken stop)
    {
        using var connection = store.Open();
        Execute(connection, "PRAGMA secure_delete = ON");
        using var batch = new SqliteBatch(connection, "journal");
        var (asked, answered) = (0L, 0L);
        long? record = null;
        var total = (ulong)Count(connection, until);
        while (true)
        {
            stop.ThrowIfCancellationRequested();
            var deleted = 0L;
            var began = Stopwatch.GetTimestamp();
            batch.Run(() =>
            {
                foreach (var table in JournalSides.Tables(null))
                {
                    var (count, first, last) = Delete(connection, table, until, Batch - (int)deleted);
                    if (count == 0)
                        continue;
                    record ??= Begin(connection, until, legalReason);
                    Execute(connection, $"UPDATE purge SET {table} = {table} + $count, {table}_first = min(coalesce({table}_first, $first), $first), {table}_last = max(coalesce({table}_last, $last), $last) WHERE id = $id",
                        ("$count", count), ("$first", first), ("$last", last), ("$id", record.Value));
                    deleted += count;
                    if (table == "asked")
                        asked += count;
                    else
                        answered += count;
                }
                if (deleted == 0 && record is { } finished)
                    Execute(connection, "UPDATE purge SET finished_unix_ms = $now WHERE id = $id", ("$now", time.GetUtcNow().ToUnixTimeMilliseconds()), ("$id", finished));
            });
            if (deleted == 0)
                return new PurgeResult(asked, answered, record is not null && !IsCheckpointed(connection));
            progress.At("entries purged", (ulong)(asked + answered), Math.Max(total, (ulong)(asked + answered)));
            await Task.Delay(pause + Stopwatch.GetElapsedTime(began), time, stop).ConfigureAwait(false);
        }
    }

    /// <summary>Every purge of the journal, the newest first.</summary>
    public IReadOnlyList<PurgeRecord> Records()
    {
        using var connection = store.OpenToRead();
        using var command = connection.CreateCommand();
        command.CommandText = """
            SELECT time_unix_ms, os_user, until_unix_ms, legal_reason, asked, asked_first, asked_last, answered, answered_first, answered_last, finished_unix_ms
            FROM purge ORDER BY id DESC
            """;
        using var rows = command.ExecuteReader();
        var found = new List<PurgeRecord>();
        while (rows.Read())
            found.Add(new PurgeRecord(
                rows.GetInt64(0), rows.GetString(1), rows.GetInt64(2), rows.GetString(3), rows.GetInt64(4), Maybe(5), Maybe(6), rows.GetInt64(7), Maybe(8), Maybe(9), Maybe(10)));
        return found;

        long? Maybe(int column) => rows.IsDBNull(column) ? null : rows.GetInt64(column);
    }

    long Begin(SqliteConnection connection, long until, string legalReason) => (long)Scalar(connection,
        "INSERT INTO purge (time_unix_ms, os_user, until_unix_ms, legal_reason) VALUES ($now, $user, $until, $reason) RETURNING id",
        ("$now", time.GetUtcNow().ToUnixTimeMilliseconds()), ("$user", Environment.UserName), ("$until", until), ("$reason", legalReason))!;

    static (long Count, long First, long Last) Delete(SqliteConnection connection, string table, long until, int most)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"DELETE FROM {table} WHERE id IN (SELECT id FROM {table} WHERE time_unix_ms < $until ORDER BY time_unix_ms, id LIMIT $most) RETURNING id, request_id";
        command.Parameters.AddWithValue("$until", until);
        command.Parameters.AddWithValue("$most", most);
        var requests = new HashSet<string>();
        var (count, first, last) = (0L, long.MaxValue, 0L);
        using (var ids = command.ExecuteReader())
            while (ids.Read())
            {
                (count, first, last) = (count + 1, Math.Min(first, ids.GetInt64(0)), Math.Max(last, ids.GetInt64(0)));
                requests.Add(Convert.ToHexString(ids.GetFieldValue<byte[]>(1)));
            }
        OldEvidence.Purge(connection, requests);
        return (count, first, last);
    }

    static long Count(SqliteConnection connection, long until) => (long)Scalar(connection,
        "SELECT (SELECT count(*) FROM asked WHERE time_unix_ms < $until) + (SELECT count(*) FROM answered WHERE time_unix_ms < $until)", ("$until", until))!;

    /// <summary>Copies the write-ahead log back, unless a reader needs it for longer than a second.</summary>
    static bool IsCheckpointed(SqliteConnection connection)
    {
        Execute(connection, "PRAGMA busy_timeout = 1000");
        return (long)Scalar(connection, "PRAGMA wal_checkpoint(TRUNCATE)")! == 0;
    }

    static void Execute(SqliteConnection connection, string sql, params ReadOnlySpan<(string Name, object Value)> parameters) => Scalar(connection, sql, parameters);

    static object? Scalar(SqliteConnection connection, string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
            command.Parameters.AddWithValue(name, value);
        return command.ExecuteScalar();
    }
}

/// <summary>What the journal says of one purge.</summary>
/// <param name="LegalReason">Empty when the entries were older than they have to be kept.</param>
/// <param name="FinishedUnixMs">Null when it was stopped; what is counted is deleted.</param>
public sealed record PurgeRecord(
    long TimeUnixMs, string OsUser, long UntilUnixMs, string LegalReason, long Asked, long? AskedFirst, long? AskedLast, long Answered, long? AnsweredFirst, long? AnsweredLast, long? FinishedUnixMs);
