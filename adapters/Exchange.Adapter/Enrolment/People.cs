using System.Diagnostics.CodeAnalysis;
using Dapper;
using Exchange.Hosting.Storage;
using Microsoft.Data.Sqlite;

namespace Exchange.Adapter.Enrolment;

/// <summary>
/// This agency's enrolled people: a SQLite table, and all of it in memory for lookups. One process writes it. Numbers
/// never reach it.
/// </summary>
public sealed class People : IDisposable
{
    readonly StoreLock held;
    readonly SqliteConnection connection;
    readonly PeopleIndex index = new();
    readonly Lock gate = new();

    People(StoreLock held, SqliteConnection connection)
    {
        this.held = held;
        this.connection = connection;
    }

    public int Count => index.Count;

    /// <summary>Reads everybody into memory, some 2 s for a million.</summary>
    /// <param name="closingId">Of the closing scalar in the key file; the table remembers which one it was made with.</param>
    /// <param name="epoch">In which the agency asks and answers; the table remembers in which its pseudonyms are.</param>
    /// <exception cref="StoreException">InUse, or Foreign: the table was made with another closing scalar, in another epoch, or by a newer program.</exception>
    public static People Open(string path, string closingId, ulong epoch, TimeProvider time)
    {
        var store = new SqliteStore(path, Durability.Disk);
        Folder.CreateForOwner(Path.GetDirectoryName(store.Path)!);
        var held = StoreLock.Take(store.Path, time);
        SqliteConnection? connection = null;
        try
        {
            store.Create();
            Migrations.Run(store.ConnectionString, typeof(People).Assembly, "Exchange.Adapter.Enrolment.Migrations.");
            connection = store.Open();
            Claim(connection, store.Path, closingId, epoch);
            var people = new People(held, connection);
            people.Load();
            return people;
        }
        catch
        {
            connection?.Dispose();
            held.Dispose();
            throw;
        }
    }

    public bool TryFind(string key, [NotNullWhen(true)] out Person? person) => index.TryFind(key, out person);

    public bool TryFindByStored(ReadOnlySpan<byte> stored, [NotNullWhen(true)] out Person? person) => index.TryFind(stored, out person);

    public bool TryFindByRow(UInt128 row, [NotNullWhen(true)] out Person? person) => index.TryFind(row, out person);

    /// <summary>Raises the match generation, so that every handle to the person ends. False when nobody has this key.</summary>
    public bool Rematch(string key) => Change(change => change.Rematch(key));

    /// <summary>False when nobody has this key. The row id is not used again.</summary>
    public bool Remove(string key) => Change(change => change.Remove(key));

    /// <summary>The person is no longer found by earlier numbers: for one who was enrolled with somebody else's.</summary>
    public bool ForgetEarlierNumbers(string key) => Change(change => change.ForgetEarlier(key));

    /// <summary>Keys of local persons who share a number, group by group.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Quarantined()
    {
        lock (gate)
            return [.. connection.Query<(byte[] Stored, string Key)>("""
                SELECT s.stored, p.local_key FROM pseudonym s JOIN people p ON p.row_id = s.row_id
                WHERE p.quarantined = 1 AND EXISTS (SELECT 1 FROM pseudonym o WHERE o.stored = s.stored AND o.row_id <> s.row_id)
                ORDER BY s.stored, p.local_key
                """)
                .GroupBy(row => Pseudonym.Of(row.Stored), row => row.Key)
                .Select(group => group.ToList())];
    }

    /// <summary>Keys of all who are found by a pseudonym of this person, the person's own among them; none when nobody has the key.</summary>
    public IReadOnlyList<string> Sharing(string key)
    {
        lock (gate)
            return [.. connection.Query<string>("""
                SELECT DISTINCT p.local_key FROM people own
                JOIN pseudonym mine ON mine.row_id = own.row_id JOIN pseudonym s ON s.stored = mine.stored JOIN people p ON p.row_id = s.row_id
                WHERE own.local_key = @key
                """, new { key })];
    }

    /// <summary>The newest version of the commitments seen; 0 before the first.</summary>
    public ulong CommitmentsVersion
    {
        get
        {
            lock (gate)
                return (ulong)connection.ExecuteScalar<long>("SELECT commitments_version FROM enrolment_state");
        }
    }

    /// <summary>On disk when it returns; an older version than the one remembered changes nothing.</summary>
    internal void Remember(ulong commitmentsVersion)
    {
        lock (gate)
            connection.Execute("UPDATE enrolment_state SET commitments_version = max(commitments_version, @version)", new { version = (long)commitmentsVersion });
    }

    /// <summary>Changes of marks that the store of people at risk has; one with fewer is an older copy.</summary>
    internal long ProtectionChanges
    {
        get
        {
            lock (gate)
                return connection.ExecuteScalar<long>("SELECT protection_changes FROM enrolment_state");
        }
        set
        {
            lock (gate)
                connection.Execute("UPDATE enrolment_state SET protection_changes = @value", new { value });
        }
    }

    /// <summary>Recalls that the store of recalls has; one with fewer is an older copy.</summary>
    internal long RecallsBegun
    {
        get
        {
            lock (gate)
                return connection.ExecuteScalar<long>("SELECT recalls_begun FROM enrolment_state");
        }
        set
        {
            lock (gate)
                connection.Execute("UPDATE enrolment_state SET recalls_begun = @value", new { value });
        }
    }

    /// <summary>All or none; on disk, and found, when it returns.</summary>
    internal EnrolmentCounts Save(IReadOnlyList<EnrolledPerson> enrolled) => Change(change => change.Enrol(enrolled));

    public void Dispose()
    {
        connection.Dispose();
        held.Dispose();
    }

    T Change<T>(Func<PeopleChange, T> make)
    {
        lock (gate)
        {
            using var transaction = connection.BeginTransaction();
            var change = new PeopleChange(connection, transaction);
            var result = make(change);
            transaction.Commit();
            Refresh_NeedsLock(change);
            return result;
        }
    }

    void Refresh_NeedsLock(PeopleChange change)
    {
        foreach (var row in change.Rows)
        {
            var found = connection.QuerySingleOrDefault<Row>($"{Row.Select} WHERE row_id = @id", new { id = PeopleChange.RowBytes(row) });
            if (found is null)
                index.Remove(row);
            else
                index.Put(found.ToPerson());
        }
        foreach (var stored in change.Pseudonyms)
        {
            if (connection.QueryFirstOrDefault<byte[]>("SELECT row_id FROM pseudonym WHERE stored = @stored", new { stored }) is { } holder)
                index.Put(stored, PeopleChange.RowId(holder));
            else
                index.Remove(stored);
        }
    }

    void Load()
    {
        foreach (var row in connection.Query<Row>(Row.Select, buffered: false))
            index.Put(row.ToPerson());
        foreach (var (stored, row) in connection.Query<(byte[], byte[])>("SELECT stored, row_id FROM pseudonym", buffered: false))
            index.Put(stored, PeopleChange.RowId(row));
    }

    /// <summary>With another closing scalar, or in another epoch, every lookup would end in "not found" instead of a refusal.</summary>
    static void Claim(SqliteConnection connection, string path, string closingId, ulong epoch)
    {
        connection.Execute("""
            INSERT INTO enrolment_state (id, closing_id, commitments_version, epoch) VALUES (1, @closingId, 0, @epoch)
            ON CONFLICT DO UPDATE SET epoch = excluded.epoch WHERE epoch IS NULL OR NOT EXISTS (SELECT 1 FROM people)
            """, new { closingId, epoch = (long)epoch });
        var (made, madeIn) = connection.QuerySingle<(string, long)>("SELECT closing_id, epoch FROM enrolment_state");
        if (made != closingId)
            throw new StoreException(StoreFault.Foreign, $"{path} was made with closing scalar {made} and the key file holds {closingId}; use the key file it was made with");
        if ((ulong)madeIn != epoch)
            throw new StoreException(StoreFault.Foreign, $"the pseudonyms in {path} are of epoch {madeIn} and adapter.yaml says epoch {epoch}; set 'epoch: {madeIn}', or remove the table and enrol everybody in the new epoch");
    }

    sealed record Row(string Key, byte[] RowId, byte[] Stored, long Generation, long Quarantined)
    {
        internal const string Select = "SELECT local_key AS Key, row_id AS RowId, stored AS Stored, match_generation AS Generation, quarantined AS Quarantined FROM people";

        internal Person ToPerson() => new(Key, Stored, PeopleChange.RowId(RowId), (ulong)Generation, Quarantined != 0);

        public override string ToString() => "(person)";
    }
}
