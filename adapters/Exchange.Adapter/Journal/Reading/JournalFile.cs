using Exchange.Adapter.Evidence;
using Exchange.Adapter.Journal.Sealing;
using Exchange.Hosting.Storage;
using Microsoft.Data.Sqlite;

namespace Exchange.Adapter.Journal.Reading;

/// <summary>A journal or an archive of one, read beside whoever writes it.</summary>
public sealed class JournalFile : IDisposable
{
    internal const string Prefix = "Exchange.Adapter.Journal.Migrations.";

    const string SealedSince = "0002_sealed.sql";

    readonly Opener opener;

    JournalFile(SqliteStore store, JournalKeys keys)
    {
        Store = store;
        opener = new Opener(keys);
        Keys = keys;
        Asked = new JournalTable<AskedEntry>(store, "asked", JournalRow.Asked, keys, opener);
        Answered = new JournalTable<AnsweredEntry>(store, "answered", JournalRow.Answered, keys, opener);
        Evidence = new EvidenceTables(store);
    }

    public JournalTable<AskedEntry> Asked { get; }

    public JournalTable<AnsweredEntry> Answered { get; }

    /// <summary>Receipts of its entries, and their proofs.</summary>
    public EvidenceTables Evidence { get; }

    internal SqliteStore Store { get; }

    internal JournalKeys Keys { get; }

    internal Opener Opener => opener;

    /// <param name="keys">They outlive it.</param>
    /// <exception cref="StoreException">Foreign: it is absent, no journal, or of another version.</exception>
    public static JournalFile Open(string path, JournalKeys keys)
    {
        var store = new SqliteStore(path, Durability.Disk);
        if (!File.Exists(store.Path))
            throw new StoreException(StoreFault.Foreign, $"{store.Path} does not exist; the adapter makes the journal at its first start, and journal archive an archive");
        var known = Migrations.Read(typeof(JournalFile).Assembly, Prefix).Select(script => script.Name).ToHashSet();
        var applied = Applied(store);
        if (!applied.Contains(SealedSince))
            throw new StoreException(StoreFault.Foreign, $"{store.Path} is no journal of this version; start this version's adapter on it once");
        if (!applied.IsSubsetOf(known))
            throw new StoreException(StoreFault.Foreign, $"{store.Path} was written by a newer version of this program; read it with that one");
        if (!known.IsSubsetOf(applied))
            throw new StoreException(StoreFault.Foreign, $"{store.Path} was written by an earlier version of this program; start this version's adapter on a journal once, and read an archive with the version that wrote it");
        return new JournalFile(store, keys);
    }

    /// <summary>Both tables or one, the newest first.</summary>
    /// <param name="side">Null: both.</param>
    internal IEnumerable<JournalEntry> Search(JournalFilter filter, JournalSide? side, Action<int>? looked = null) => side switch
    {
        JournalSide.Asked => Asked.Search(filter, looked),
        JournalSide.Answered => Answered.Search(filter, looked),
        _ => Newest(Asked.Search(filter, looked), Answered.Search(filter, looked)),
    };

    /// <summary>How many ids lie between the oldest entry and the newest, to say how far a search is.</summary>
    internal long Span(JournalSide? side)
    {
        using var connection = Store.OpenToRead();
        using var command = connection.CreateCommand();
        var total = 0L;
        foreach (var table in JournalSides.Tables(side))
        {
            command.CommandText = $"SELECT coalesce(max(id) - min(id) + 1, 0) FROM {table}";
            total += (long)command.ExecuteScalar()!;
        }
        return total;
    }

    public void Dispose() => opener.Dispose();

    internal static StoreException Unopened(string path, SealFault fault) => new(StoreFault.Foreign, fault == SealFault.KeyMissing
        ? $"{path} holds entries sealed with a key that journal_keys does not have; restore the key file that belongs to this journal, or add that key to it"
        : $"{path} holds an entry that does not open: it was changed, or moved from another row. Keep the file as it is, and compare it with a copy");

    static HashSet<string> Applied(SqliteStore store)
    {
        try
        {
            using var connection = store.OpenToRead();
            using var command = connection.CreateCommand();
            command.CommandText = "SELECT ScriptName FROM SchemaVersions";
            using var rows = command.ExecuteReader();
            var applied = new HashSet<string>();
            while (rows.Read())
                applied.Add(rows.GetString(0));
            return applied;
        }
        catch (SqliteException e) when (e.SqliteErrorCode is SQLitePCL.raw.SQLITE_ERROR or SQLitePCL.raw.SQLITE_NOTADB)
        {
            return [];
        }
    }

    static IEnumerable<JournalEntry> Newest(IEnumerable<JournalEntry> asked, IEnumerable<JournalEntry> answered)
    {
        using var left = asked.GetEnumerator();
        using var right = answered.GetEnumerator();
        var (hasLeft, hasRight) = (left.MoveNext(), right.MoveNext());
        while (hasLeft || hasRight)
            if (hasLeft && (!hasRight || left.Current.TimeUnixMs >= right.Current.TimeUnixMs))
            {
                yield return left.Current;
                hasLeft = left.MoveNext();
            }
            else
            {
                yield return right.Current;
                hasRight = right.MoveNext();
            }
    }
}
