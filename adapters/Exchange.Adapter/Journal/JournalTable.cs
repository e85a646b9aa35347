using Exchange.Adapter.Journal.Reading;
using Exchange.Adapter.Journal.Sealing;
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
    readonly Func<SqliteDataReader, Opener, TEntry> read;
    readonly JournalKeys keys;
    readonly Opener opener;

    internal JournalTable(SqliteStore store, string table, Func<SqliteDataReader, Opener, TEntry> read, JournalKeys keys, Opener opener)
    {
        this.store = store;
        this.table = table;
        this.read = read;
        this.keys = keys;
        this.opener = opener;
    }

    /// <summary>Every entry of a request, oldest first: usually one.</summary>
    /// <exception cref="StoreException">Foreign: an entry does not open.</exception>
    public IReadOnlyList<TEntry> Find(ByteString requestId) =>
        [.. Query("WHERE request_id = $request ORDER BY id", LargestPage, ("$request", requestId.ToByteArray())).Select(Opened)];

    /// <summary>The newest entries first; the next page is asked for with the last <see cref="JournalEntry.Id"/> of this one.</summary>
    /// <param name="count">1 to <see cref="LargestPage"/>.</param>
    /// <exception cref="StoreException">Foreign: an entry does not open.</exception>
    public IReadOnlyList<TEntry> Recent(int count, long before = long.MaxValue)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, LargestPage);
        return [.. Query("WHERE id < $before ORDER BY id DESC", count, ("$before", before)).Select(Opened)];
    }

    /// <summary>
    /// The entries that are meant, the newest first, read a page at a time: no snapshot of the file is held that its writer would have to
    /// carry on. An entry that does not open, and may be meant, is among them with its fault.
    /// </summary>
    /// <param name="looked">Hears how many entries more were looked at.</param>
    internal IEnumerable<TEntry> Search(JournalFilter filter, Action<int>? looked = null)
    {
        // Under each key a person has another index; later keys sealed later entries.
        foreach (var key in filter.Person is null && filter.Official is null ? [keys.Newest] : keys.All)
        {
            var (conditions, parameters) = filter.InTheOpen(table, key);
            (long Time, long Id) before = (filter.Until, filter.UntilId);
            for (var page = Page(); page.Count > 0; page = page.Count < LargestPage ? [] : Page())
            {
                foreach (var entry in page)
                    if (entry.Fault != SealFault.None || filter.Means(entry))
                        yield return entry;
                looked?.Invoke(page.Count);
                before = (page[^1].TimeUnixMs, page[^1].Id);
            }

            IReadOnlyList<TEntry> Page() => Query(
                $"WHERE (time_unix_ms, id) < ($time, $id) {conditions} ORDER BY time_unix_ms DESC, id DESC", LargestPage, [.. parameters, ("$time", before.Time), ("$id", before.Id)]);
        }
    }

    /// <summary>Some entries, with their faults.</summary>
    /// <param name="which">What stands after the table's name in SQL.</param>
    internal IReadOnlyList<TEntry> Where(string which, int most, params ReadOnlySpan<(string Name, object Value)> parameters) => Query(which, most, parameters);

    /// <summary>When the oldest entry was written; null when there is none.</summary>
    internal long? Oldest()
    {
        using var connection = store.OpenToRead();
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT min(time_unix_ms) FROM {table}";
        return command.ExecuteScalar() as long?;
    }

    /// <summary>Whether the newest entry opens; none when there is no entry.</summary>
    internal SealFault NewestFault() => Query("ORDER BY id DESC", 1).Select(entry => entry.Fault).FirstOrDefault();

    TEntry Opened(TEntry entry) => entry.Fault == SealFault.None ? entry : throw JournalFile.Unopened(store.Path, entry.Fault);

    List<TEntry> Query(string which, int most, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        using var connection = store.OpenToRead();
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT id, {JournalRow.Columns(table)} FROM {table} {which} LIMIT {most}";
        foreach (var (name, value) in parameters)
            command.Parameters.AddWithValue(name, value);
        using var rows = command.ExecuteReader();
        var found = new List<TEntry>();
        while (rows.Read())
            found.Add(read(rows, opener));
        return found;
    }
}
