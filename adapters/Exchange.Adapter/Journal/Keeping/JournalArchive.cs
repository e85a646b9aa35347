using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Exchange.Adapter.Journal.Reading;
using Exchange.Adapter.Journal.Sealing;
using Exchange.Hosting.Commands;
using Exchange.Hosting.Storage;
using Microsoft.Data.Sqlite;

namespace Exchange.Adapter.Journal.Keeping;

/// <param name="Unopened">Entries that were copied as they are and do not open, in the journal either.</param>
public sealed record ArchiveResult(long Asked, long Answered, long Unopened);

/// <summary>
/// Copies entries, sealed as they are, with their receipts and proofs, into a file of the journal's own form, which every command reads with <c>--journal</c>. The
/// file gets its name when it was read back, is the same as what it was copied from, and is on the disk; until then it is called
/// <c>.partial</c>, and the next attempt begins anew. The journal itself is only read.
/// </summary>
static class JournalArchive
{
    const int Batch = 1000;

    static readonly IReadOnlyList<string> tables = JournalSides.Tables(null);

    /// <param name="until">The first time, in Unix milliseconds, that is left out.</param>
    /// <param name="largestPages">Pages beyond which the archive does not grow, as on a full disk; null leaves it to the disk.</param>
    /// <exception cref="StoreException">Foreign: there is such a file. Refused: the disk is full. Failed: it is not the same.</exception>
    public static ArchiveResult Write(JournalFile journal, long until, string output, Progress progress, CancellationToken stop, int? largestPages = null)
    {
        output = Path.GetFullPath(output);
        if (File.Exists(output))
            throw new StoreException(StoreFault.Foreign, $"{output} exists already and is left as it is; give the archive another name");
        var partial = output + ".partial";
        Remove(partial);
        try
        {
            CreateForOwner(partial);
            var last = Copy(journal.Store.Path, until, partial, largestPages, progress, stop);
            var result = Verify(journal, until, partial, last, progress, stop);
            Sync(partial);
            File.Move(partial, output);
            Folder.Sync(Path.GetDirectoryName(output)!);
            return result;
        }
        catch (SqliteException e)
        {
            throw new StoreException(StoreFault.Refused, $"the archive was not written, and the journal is as it was: {e.Message}", e);
        }
        finally
        {
            Remove(partial);
        }
    }

    static Copied Copy(string journal, long until, string partial, int? largestPages, Progress progress, CancellationToken stop)
    {
        using var connection = Connect(partial, SqliteOpenMode.ReadWrite);
        Migrations.Run(connection.ConnectionString, typeof(JournalArchive).Assembly, JournalFile.Prefix);
        Execute(connection, "ATTACH DATABASE $journal AS journal", ("$journal", journal));
        Execute(connection, "PRAGMA main.synchronous = OFF"); // It is synced as a whole, before it gets its name.
        if (largestPages is { } pages)
            Execute(connection, $"PRAGMA main.max_page_count = {pages}");
        foreach (var table in tables)
        {
            var total = Count(connection, "journal", table, until);
            var (time, id, done) = (long.MinValue, 0L, 0L);
            while (true)
            {
                stop.ThrowIfCancellationRequested();
                var copied = Execute(connection,
                    $"INSERT INTO main.{table} SELECT * FROM journal.{table} WHERE (time_unix_ms, id) > ($time, $id) AND time_unix_ms < $until ORDER BY time_unix_ms, id LIMIT {Batch}",
                    ("$time", time), ("$id", id), ("$until", until));
                if (copied == 0)
                    break;
                (time, id) = Last(connection, table);
                progress.At($"{table} copied", (ulong)(done += copied), (ulong)Math.Max(total, done));
            }
        }
        return OldEvidence.Copy(connection, stop);
    }

    /// <summary>Read back from the file: the same bytes as in the journal, in every column of every entry, and their receipts and proofs.</summary>
    static ArchiveResult Verify(JournalFile journal, long until, string partial, Copied last, Progress progress, CancellationToken stop)
    {
        using (var written = Connect(partial, SqliteOpenMode.ReadOnly))
            if (Text(written, "PRAGMA integrity_check(1)") is not "ok" and var broken)
                throw new StoreException(StoreFault.Failed, $"the archive was written and is not whole when read back ({broken}); look at the disk and write it again");
        var counts = new long[tables.Count];
        for (var i = 0; i < tables.Count; i++)
        {
            using var source = Connect(journal.Store.Path, SqliteOpenMode.ReadOnly);
            using var written = Connect(partial, SqliteOpenMode.ReadOnly);
            var (expected, count) = Digest(source, tables[i], until, progress, stop);
            var (found, _) = Digest(written, tables[i], long.MaxValue, progress, stop);
            if (!expected.AsSpan().SequenceEqual(found))
                throw Differs();
            counts[i] = count;
        }
        using (var written = Connect(partial, SqliteOpenMode.ReadOnly))
        {
            Execute(written, "ATTACH DATABASE $journal AS journal", ("$journal", journal.Store.Path));
            if (!OldEvidence.IsSame(written, last, stop))
                throw Differs();
        }
        using var archive = JournalFile.Open(partial, journal.Keys);
        var (unopened, looked) = (0L, 0L);
        foreach (var entry in archive.Search(new JournalFilter(), null))
        {
            stop.ThrowIfCancellationRequested();
            unopened += entry.Fault == SealFault.None ? 0 : 1;
            progress.At("entries opened", (ulong)++looked, (ulong)counts.Sum());
        }
        return new ArchiveResult(counts[0], counts[1], unopened);
    }

    static StoreException Differs() => new(
        StoreFault.Failed, "the archive was written and is not the same as the journal when read back; entries were purged or added for that time meanwhile, or the disk is bad. Write it again");

    /// <summary>A page at a time, so that no snapshot is held that the writer's log would have to carry on.</summary>
    static (byte[] Digest, long Count) Digest(SqliteConnection connection, string table, long until, Progress progress, CancellationToken stop)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT * FROM {table} WHERE (time_unix_ms, id) > ($time, $id) AND time_unix_ms < $until ORDER BY time_unix_ms, id LIMIT {Batch}";
        var (count, before, time, id) = (0L, -1L, long.MinValue, 0L);
        while (count > before)
        {
            stop.ThrowIfCancellationRequested();
            before = count;
            command.Parameters.Clear();
            command.Parameters.AddWithValue("$time", time);
            command.Parameters.AddWithValue("$id", id);
            command.Parameters.AddWithValue("$until", until);
            using var rows = command.ExecuteReader();
            for (; rows.Read(); count++)
            {
                Append(hash, rows);
                (id, time) = (rows.GetInt64(0), rows.GetInt64(1));
            }
            progress.At($"{table} compared", (ulong)count, 0);
        }
        return (hash.GetHashAndReset(), count);
    }

    static void Append(IncrementalHash hash, SqliteDataReader row)
    {
        Span<byte> head = stackalloc byte[5];
        for (var i = 0; i < row.FieldCount; i++)
        {
            var (kind, bytes) = row.GetValue(i) switch
            {
                byte[] blob => ((byte)'b', blob),
                string text => ((byte)'t', Encoding.UTF8.GetBytes(text)),
                long number => ((byte)'n', BitConverter.GetBytes(number)),
                _ => ((byte)'0', []),
            };
            head[0] = kind;
            BinaryPrimitives.WriteInt32BigEndian(head[1..], bytes.Length);
            hash.AppendData(head);
            hash.AppendData(bytes);
        }
    }

    static (long Time, long Id) Last(SqliteConnection connection, string table)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT time_unix_ms, id FROM main.{table} ORDER BY time_unix_ms DESC, id DESC LIMIT 1";
        using var row = command.ExecuteReader();
        row.Read();
        return (row.GetInt64(0), row.GetInt64(1));
    }

    static long Count(SqliteConnection connection, string schema, string table, long until)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT count(*) FROM {schema}.{table} WHERE time_unix_ms < $until";
        command.Parameters.AddWithValue("$until", until);
        return (long)command.ExecuteScalar()!;
    }

    static string? Text(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar() as string;
    }

    static int Execute(SqliteConnection connection, string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
            command.Parameters.AddWithValue(name, value);
        return command.ExecuteNonQuery();
    }

    static SqliteConnection Connect(string path, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false }.ToString());
        connection.Open();
        return connection;
    }

    static void CreateForOwner(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        new FileStream(path, options).Dispose();
    }

    static void Sync(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        file.Flush(flushToDisk: true);
    }

    static void Remove(string partial)
    {
        foreach (var ending in new[] { "", "-journal", "-wal", "-shm" })
            File.Delete(partial + ending);
    }
}
