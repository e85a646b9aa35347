using System.Collections.Concurrent;
using Exchange.Hosting.Storage;
using Microsoft.Data.Sqlite;

namespace Exchange.Hammer.Peers;

/// <summary>A row an exchange, each committed by itself. One thread writes them all: SQLite has one writer at a time anyway, and nobody waits for a lock.</summary>
sealed class ExchangeTable : IDisposable
{
    static readonly string[] columns = ["$id", "$requester", "$provider", "$at", "$outcome"];

    readonly SqliteConnection connection;
    readonly SqliteCommand insert;
    readonly BlockingCollection<Row> waiting = [];
    readonly Thread writer;

    public ExchangeTable(string path)
    {
        connection = new SqliteStore(path, Durability.Disk).Open();
        using (var create = connection.CreateCommand())
        {
            create.CommandText = "CREATE TABLE IF NOT EXISTS exchange (number INTEGER PRIMARY KEY, id BLOB NOT NULL, requester TEXT NOT NULL, provider TEXT NOT NULL, at INTEGER NOT NULL, outcome TEXT NOT NULL) STRICT";
            create.ExecuteNonQuery();
        }
        insert = connection.CreateCommand();
        insert.CommandText = $"INSERT INTO exchange (id, requester, provider, at, outcome) VALUES ({string.Join(", ", columns)})";
        foreach (var name in columns)
            insert.Parameters.Add(new SqliteParameter { ParameterName = name });
        insert.Prepare();
        writer = new Thread(Write) { IsBackground = true, Name = "exchanges" };
        writer.Start();
    }

    sealed record Row(string Requester, string Provider, DateTimeOffset At, string Outcome)
    {
        public TaskCompletionSource Durable { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>Ends when the row is on the disk.</summary>
    public Task Add(string requester, string provider, DateTimeOffset at, string outcome)
    {
        var row = new Row(requester, provider, at, outcome);
        waiting.Add(row);
        return row.Durable.Task;
    }

    public void Dispose()
    {
        waiting.CompleteAdding();
        writer.Join();
        insert.Dispose();
        connection.Dispose();
        waiting.Dispose();
    }

    void Write()
    {
        foreach (var row in waiting.GetConsumingEnumerable())
            try
            {
                object[] values = [Guid.NewGuid().ToByteArray(), row.Requester, row.Provider, row.At.ToUnixTimeMilliseconds(), row.Outcome];
                for (var column = 0; column < values.Length; column++)
                    insert.Parameters[column].Value = values[column];
                // Outside a transaction each statement commits.
                insert.ExecuteNonQuery();
                row.Durable.SetResult();
            }
            catch (SqliteException e)
            {
                row.Durable.SetException(e);
            }
    }
}
