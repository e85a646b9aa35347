using System.Diagnostics;
using Exchange.Hammer.Load;
using Exchange.Hosting.Storage;
using Google.Protobuf;
using Microsoft.Data.Sqlite;

namespace Exchange.Hammer.Appending;

/// <summary>What SQLite does by itself: one thread, the same rows, commits of 64, each synced, and nobody who waits.</summary>
sealed class BareSqlite : IDisposable
{
    const int Rows = 64;

    readonly SqliteConnection connection;
    readonly SqliteBatch batch;
    readonly SqliteStatement insert;
    readonly byte[] content = LogAppends.Entry(0, 0).ToByteArray(), hash = new byte[32];
    long number;

    public BareSqlite(string path)
    {
        connection = new SqliteStore(path, Durability.Disk).Open();
        using (var create = connection.CreateCommand())
        {
            create.CommandText = "CREATE TABLE entry (number INTEGER PRIMARY KEY, content BLOB NOT NULL, leaf_hash BLOB NOT NULL) STRICT";
            create.ExecuteNonQuery();
        }
        batch = new SqliteBatch(connection, "bare");
        insert = new SqliteStatement(connection, "INSERT INTO entry VALUES (?1, ?2, ?3)");
    }

    public static string Name => "SQLite alone, commits of 64";

    /// <summary>Latencies are those of the commits.</summary>
    public LoadResult Run(TimeSpan length)
    {
        var latencies = new Latencies();
        var started = Stopwatch.GetTimestamp();
        var before = number;
        while (Stopwatch.GetElapsedTime(started) < length)
        {
            var from = Stopwatch.GetTimestamp();
            batch.Run(Insert);
            latencies.Record(from, Stopwatch.GetTimestamp());
        }
        return new LoadResult(number - before, Stopwatch.GetElapsedTime(started), latencies);
    }

    public void Dispose()
    {
        insert.Dispose();
        batch.Dispose();
        connection.Dispose();
    }

    void Insert()
    {
        for (var row = 0; row < Rows; row++)
        {
            insert.Bind(1, number++);
            insert.Bind(2, content);
            insert.Bind(3, hash);
            insert.Run();
        }
    }
}
