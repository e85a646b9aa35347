using System.Buffers.Binary;
using System.Security.Cryptography;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Exchange.Adapter.Enrolment;

/// <summary>
/// One transaction on the people table. It notes which rows and pseudonyms it touched; a row is quarantined exactly
/// while another row holds one of its pseudonyms, and every change of that raises the generation.
/// </summary>
sealed class PeopleChange(SqliteConnection connection, SqliteTransaction transaction)
{
    readonly HashSet<UInt128> rows = [];
    readonly HashSet<Pseudonym> seen = [];
    readonly List<byte[]> pseudonyms = [];

    internal IReadOnlyCollection<UInt128> Rows => rows;

    internal IReadOnlyList<byte[]> Pseudonyms => pseudonyms;

    sealed record Row(byte[] RowId, byte[] Stored, long Quarantined);

    internal EnrolmentCounts Enrol(IReadOnlyList<EnrolledPerson> people)
    {
        var counts = default(EnrolmentCounts);
        foreach (var person in people)
            counts += Enrol(person.Key, person.Stored.ToArray(), person.NumberChanged);
        Judge();
        return counts;
    }

    /// <summary>False when there is no such person.</summary>
    internal bool Remove(string key)
    {
        if (Find(key) is not { } row)
            return false;
        foreach (var stored in PseudonymsOf(row.RowId))
            Touch(stored);
        Touch(row.RowId, row.Stored);
        Execute("DELETE FROM people WHERE row_id = @RowId", row);
        Judge();
        return true;
    }

    /// <summary>Raises the generation. False when there is no such person.</summary>
    internal bool Rematch(string key)
    {
        if (Find(key) is not { } row)
            return false;
        Execute("UPDATE people SET match_generation = match_generation + 1 WHERE row_id = @RowId", row);
        Touch(row.RowId, row.Stored);
        return true;
    }

    /// <summary>Leaves a person with the pseudonym in force alone. False when there is no such person, or nothing earlier.</summary>
    internal bool ForgetEarlier(string key)
    {
        if (Find(key) is not { } row)
            return false;
        var earlier = PseudonymsOf(row.RowId).Where(stored => !stored.AsSpan().SequenceEqual(row.Stored)).ToList();
        foreach (var stored in earlier)
            Drop(stored, row);
        if (earlier.Count > 0)
            Rematch(key);
        Judge();
        return earlier.Count > 0;
    }

    EnrolmentCounts Enrol(string key, byte[] stored, bool changed)
    {
        if (Find(key) is not { } row)
        {
            Insert(key, stored);
            return new EnrolmentCounts(1, 0, 0, 0);
        }
        if (row.Stored.AsSpan().SequenceEqual(stored))
            return new EnrolmentCounts(0, 0, 0, 1);
        // A wrong number is somebody else's, or will be. Only one that was officially changed still leads to this row.
        if (!changed)
            Drop(row.Stored, row);
        Execute("UPDATE people SET stored = @stored, match_generation = match_generation + 1 WHERE row_id = @rowId", new { stored, rowId = row.RowId });
        Execute("INSERT INTO pseudonym (stored, row_id) VALUES (@stored, @rowId) ON CONFLICT DO NOTHING", new { stored, rowId = row.RowId });
        Touch(row.RowId, row.Stored);
        Touch(stored);
        return changed ? new EnrolmentCounts(0, 0, 1, 0) : new EnrolmentCounts(0, 1, 0, 0);
    }

    void Insert(string key, byte[] stored)
    {
        var rowId = RandomNumberGenerator.GetBytes(16);
        Execute("INSERT INTO people (local_key, row_id, stored, match_generation, quarantined) VALUES (@key, @rowId, @stored, 1, 0)", new { key, rowId, stored });
        Execute("INSERT INTO pseudonym (stored, row_id) VALUES (@stored, @rowId)", new { stored, rowId });
        Touch(rowId, stored);
    }

    void Drop(byte[] stored, Row row)
    {
        Execute("DELETE FROM pseudonym WHERE stored = @stored AND row_id = @rowId", new { stored, rowId = row.RowId });
        Touch(stored);
    }

    /// <summary>Sets the quarantine of everybody who holds a touched pseudonym, or held one, as it must be now.</summary>
    void Judge()
    {
        var concerned = new Dictionary<UInt128, Row>();
        foreach (var stored in pseudonyms)
        {
            var holders = Holders(stored);
            // Held by one who is not quarantined: nothing about it can have changed, and that is nearly everybody.
            if (holders is [{ Quarantined: 0 }])
                continue;
            foreach (var holder in holders)
                concerned[RowId(holder.RowId)] = holder;
        }
        foreach (var (id, row) in concerned)
        {
            var shared = IsShared(row) ? 1L : 0L;
            if (shared == row.Quarantined)
                continue;
            Execute("UPDATE people SET quarantined = @shared, match_generation = match_generation + 1 WHERE row_id = @rowId", new { shared, rowId = row.RowId });
            rows.Add(id);
        }
    }

    bool IsShared(Row row) => connection.ExecuteScalar<long>(
        "SELECT EXISTS (SELECT 1 FROM pseudonym own JOIN pseudonym other ON other.stored = own.stored AND other.row_id <> own.row_id WHERE own.row_id = @RowId)", row, transaction) == 1;

    Row? Find(string key) => connection.QuerySingleOrDefault<Row>("SELECT row_id AS RowId, stored, quarantined FROM people WHERE local_key = @key", new { key }, transaction);

    List<Row> Holders(byte[] stored) => connection.Query<Row>(
        "SELECT p.row_id AS RowId, p.stored, p.quarantined FROM pseudonym s JOIN people p ON p.row_id = s.row_id WHERE s.stored = @stored", new { stored }, transaction).AsList();

    List<byte[]> PseudonymsOf(byte[] rowId) => connection.Query<byte[]>("SELECT stored FROM pseudonym WHERE row_id = @rowId", new { rowId }, transaction).AsList();

    void Touch(byte[] rowId, byte[] stored)
    {
        rows.Add(RowId(rowId));
        Touch(stored);
    }

    void Touch(byte[] stored)
    {
        if (seen.Add(Pseudonym.Of(stored)))
            pseudonyms.Add(stored);
    }

    void Execute(string sql, object parameters) => connection.Execute(sql, parameters, transaction);

    internal static UInt128 RowId(byte[] bytes) => BinaryPrimitives.ReadUInt128BigEndian(bytes);

    internal static byte[] RowBytes(UInt128 row)
    {
        var bytes = new byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, row);
        return bytes;
    }
}
