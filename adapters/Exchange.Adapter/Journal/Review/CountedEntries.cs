using System.Globalization;
using Exchange.Adapter.Journal.Reading;
using Exchange.Adapter.Journal.Sealing;
using Microsoft.Data.Sqlite;

namespace Exchange.Adapter.Journal.Review;

/// <summary>
/// One table of the journal as if its newest key had sealed all of it, in the view <c>counted</c>: under each key a person has another index,
/// and a key that is drawn makes nobody somebody else. Indexes of what opens are computed again, and stand in a temporary table of SQLite's,
/// which spills to the disk; what does not open has the indexes of its row.
/// </summary>
sealed class CountedEntries : IDisposable
{
    readonly string table;
    readonly JournalKey key;
    readonly SqliteConnection connection;
    readonly SqliteCommand add;

    /// <param name="agency">What stands in SQL for the agency of the official.</param>
    public CountedEntries(JournalFile journal, string table, string agency)
    {
        this.table = table;
        key = journal.Keys.Newest;
        connection = journal.Store.OpenToRead();
        Execute($"""
            CREATE TEMP TABLE who (id INTEGER PRIMARY KEY, official BLOB, person BLOB) STRICT;
            CREATE TEMP VIEW counted AS SELECT who.id, time_unix_ms, task, {agency} AS agency, official, person FROM who JOIN main.{table} ON {table}.id = who.id;
            BEGIN;
            """);
        add = connection.CreateCommand();
        add.CommandText = "INSERT OR IGNORE INTO who VALUES ($id, $official, $person)";
        foreach (var name in new[] { "$id", "$official", "$person" })
            add.Parameters.AddWithValue(name, DBNull.Value);
    }

    /// <param name="entry">One that opens.</param>
    public void Add(JournalEntry entry)
    {
        add.Parameters[0].Value = entry.Id;
        add.Parameters[1].Value = entry.Official.Length > 0 ? key.IndexOfficial(entry.Official) : DBNull.Value;
        add.Parameters[2].Value = entry.Person.Length > 0 ? key.IndexPerson(entry.Person) : DBNull.Value;
        add.ExecuteNonQuery();
    }

    /// <summary>Takes what was not added, of the same time, as it stands; before anything is asked of the view.</summary>
    public void Finish(long from, long until) => Execute(string.Create(CultureInfo.InvariantCulture, $"""
        COMMIT;
        INSERT INTO who SELECT id, official_index, person_index FROM main.{table} WHERE time_unix_ms >= {from} AND time_unix_ms < {until} AND id NOT IN (SELECT id FROM who);
        CREATE INDEX temp.who_asked ON who (official, person);
        """));

    public List<T> Query<T>(string sql, Func<SqliteDataReader, T> make, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
            command.Parameters.AddWithValue(name, value);
        using var rows = command.ExecuteReader();
        var found = new List<T>();
        while (rows.Read())
            found.Add(make(rows));
        return found;
    }

    public void Dispose()
    {
        add.Dispose();
        connection.Dispose();
    }

    void Execute(string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
