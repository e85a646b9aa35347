using Exchange.Hosting.Storage;
using Google.Protobuf;
using Microsoft.Data.Sqlite;

namespace Exchange.Adapter.Journal;

/// <summary>Looks things up in one table of the journal, beside its writer.</summary>
public sealed class JournalTable<TEntry> where TEntry : JournalEntry
{
    /// <summary>Entries in one page.</summary>
    public const int LargestPage = 1000;

    readonly SqliteStore store;
    readonly string table;
    readonly Func<SqliteDataReader, TEntry> read;

    internal JournalTable(SqliteStore store, string table, Func<SqliteDataReader, TEntry> read)
    {
        this.store = store;
        this.table = table;
        this.read = read;
    }

    /// <summary>Every entry of a request, oldest first: usually one.</summary>
    public IReadOnlyList<TEntry> Find(ByteString requestId) =>
        Query($"SELECT * FROM {table} WHERE request_id = $request ORDER BY id LIMIT {LargestPage}", ("$request", requestId.ToByteArray()));

    /// <summary>The newest entries first; the next page is asked for with the last <see cref="JournalEntry.Id"/> of this one.</summary>
    /// <param name="count">1 to <see cref="LargestPage"/>.</param>
    public IReadOnlyList<TEntry> Recent(int count, long before = long.MaxValue)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, LargestPage);
        return Query($"SELECT * FROM {table} WHERE id < $before ORDER BY id DESC LIMIT $count", ("$before", before), ("$count", count));
    }

    List<TEntry> Query(string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        using var connection = store.OpenToRead();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
            command.Parameters.AddWithValue(name, value);
        using var rows = command.ExecuteReader();
        var found = new List<TEntry>();
        while (rows.Read())
            found.Add(read(rows));
        return found;
    }
}
