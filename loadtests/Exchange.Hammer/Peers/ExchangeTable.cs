using Exchange.Hosting.Storage;
using Microsoft.Data.Sqlite;

namespace Exchange.Hammer.Peers;

/// <summary>A row an exchange, each durable by itself. One connection with one prepared statement: SQLite has one writer at a time anyway.</summary>
sealed class ExchangeTable : IDisposable
{
    readonly SqliteConnection connection;
    readonly SqliteCommand insert;
    readonly SemaphoreSlim gate = new(1);

    public ExchangeTable(string path)
    {
        connection = new SqliteStore(path, Durability.Disk).Open();
        using (var create = connection.CreateCommand())
        {
            create.CommandText = "CREATE TABLE IF NOT EXISTS exchange (number INTEGER PRIMARY KEY, id BLOB NOT NULL, requester TEXT NOT NULL, provider TEXT NOT NULL, at INTEGER NOT NULL, outcome TEXT NOT NULL) STRICT";
            create.ExecuteNonQuery();
        }
        insert = connection.CreateCommand();
        insert.CommandText = "INSERT INTO exchange (id, requester, provider, at, outcome) VALUES ($id, $requester, $provider, $at, $outcome)";
        foreach (var name in new[] { "$id", "$requester", "$provider", "$at", "$outcome" })
            insert.Parameters.Add(new SqliteParameter { ParameterName = name });
        insert.Prepare();
    }

    /// <summary>Returns when the row is on the disk: outside a transaction each statement commits.</summary>
    public async Task Add(string requester, string provider, DateTimeOffset at, string outcome)
    {
        await gate.WaitAsync().ConfigureAwait(false);
        try
        {
            insert.Parameters["$id"].Value = Guid.NewGuid().ToByteArray();
            insert.Parameters["$requester"].Value = requester;
            insert.Parameters["$provider"].Value = provider;
            insert.Parameters["$at"].Value = at.ToUnixTimeMilliseconds();
            insert.Parameters["$outcome"].Value = outcome;
            insert.ExecuteNonQuery();
        }
        finally
        {
            gate.Release();
        }
    }

    public void Dispose()
    {
        insert.Dispose();
        connection.Dispose();
        gate.Dispose();
    }
}
