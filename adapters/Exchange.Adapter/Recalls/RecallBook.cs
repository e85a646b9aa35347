using System.Collections.Frozen;
using Exchange.Adapter.Enrolment;
using Exchange.Adapter.Mail;
using Exchange.Hosting.Storage;
using Exchange.V1;
using Google.Protobuf;
using Microsoft.Data.Sqlite;

namespace Exchange.Adapter.Recalls;

/// <summary>
/// Recalls and corrections of this agency. Whoever is under recall is in memory: a lookup asks for one key, and where nobody is it costs a
/// comparison. On disk before it counts.
/// </summary>
public sealed class RecallBook
{
    readonly MailDatabase database;
    readonly People people;
    readonly Lock gate = new();
    readonly Dictionary<ByteString, OwnRecall> known = [];

    // New ones that were refused because the store failed, which it may have all the same.
    readonly HashSet<ByteString> unkept = [];
    int purged;

    // Replaced whole, read without a lock.
    volatile FrozenSet<string> held = FrozenSet<string>.Empty;
    volatile FrozenDictionary<string, long> recalled = FrozenDictionary<string, long>.Empty;

    /// <exception cref="StoreException">
    /// A row does not open with this agency's key file, or the store is an older copy than the one in use before: nobody is answered about while
    /// it is not known who is under recall.
    /// </exception>
    public RecallBook(MailDatabase database, People people)
    {
        this.database = database;
        this.people = people;
        foreach (var (reference, row) in database.Read<(byte[], byte[])>("SELECT reference, sealed FROM recall"))
        {
            var content = RecallContent.Parser.ParseFrom(database.Open(row, Bound(reference))
                ?? throw new StoreException(StoreFault.Foreign, "a recall in mail.db does not open with this agency's key file, or was moved: somebody under recall would be answered about. Use the store and the key file that belong together"));
            if (content.Purged)
            {
                purged++;
                continue;
            }
            var one = new OwnRecall(UnsafeByteOperations.UnsafeWrap(reference), content);
            known[one.Reference] = one;
        }
        if (Begun < people.RecallsBegun)
            throw new StoreException(StoreFault.Foreign, "the store of recalls (mail.db) is absent, or older than the one in use before: somebody under recall whom it does not name would be answered about. "
                + "Put the newest copy back; if there is none, 'recall accept', and begin anew what was under way");
        people.RecallsBegun = Begun;
        Publish_NeedsLock();
    }

    /// <summary>The newest first.</summary>
    public IReadOnlyList<OwnRecall> All
    {
        get
        {
            lock (gate)
                return [.. known.Values.OrderByDescending(one => one.Content.BegunUnixMs)];
        }
    }

    /// <summary>Whether nobody may be told anything of the person.</summary>
    public bool Holds(string person) => held.Count > 0 && held.Contains(person);

    /// <summary>Whether what was answered about the person then has been recalled since.</summary>
    public bool HasRecalled(string person, long answeredUnixMs) => recalled.TryGetValue(person, out var last) && answeredUnixMs <= last;

    public OwnRecall? Find(ByteString reference)
    {
        lock (gate)
            return known.GetValueOrDefault(reference);
    }

    /// <summary>False when it would be the person's second recall under way. In force when it returns.</summary>
    /// <exception cref="SqliteException">It is not kept, and nothing has changed.</exception>
    public bool TryKeep(OwnRecall recall)
    {
        lock (gate)
        {
            if (recall.IsOpen && known.Values.Any(one => one.IsOpen && one.Content.Person == recall.Content.Person && one.Reference != recall.Reference))
                return false;
            WithdrawUnkept_NeedsLock();
            var reference = recall.Reference.ToByteArray();
            if (!known.ContainsKey(recall.Reference))
                unkept.Add(recall.Reference);
            database.Write(
                "INSERT INTO recall (reference, begun_unix_ms, sealed) VALUES (@reference, @begun, @row) ON CONFLICT (reference) DO UPDATE SET sealed = excluded.sealed",
                new { reference, begun = recall.Content.BegunUnixMs, row = database.Seal(recall.Content, Bound(reference)) });
            unkept.Remove(recall.Reference);
            known[recall.Reference] = recall;
            Publish_NeedsLock();
            people.RecallsBegun = Begun;
            return true;
        }
    }

    /// <summary>Recalls that were closed, and corrections that were sent, before then, with their notices.</summary>
    /// <param name="before">Milliseconds since 1970.</param>
    /// <exception cref="SqliteException">Some are there yet.</exception>
    public void Purge(long before)
    {
        lock (gate)
        {
            WithdrawUnkept_NeedsLock();
            var old = known.Values.Where(one => !one.IsOpen && (one.Content.Kind == NoticeKind.Recall ? one.Content.ClosedUnixMs : one.Content.BegunUnixMs) < before).ToList();
            if (old.Count == 0)
                return;
            foreach (var one in old)
            {
                var reference = one.Reference.ToByteArray();
                // That there was a recall is kept: an older copy of the store has fewer.
                var isRecall = one.Content.Kind == NoticeKind.Recall;
                database.Write(
                    "DELETE FROM sent_notice WHERE reference = @reference",
                    isRecall ? "UPDATE recall SET begun_unix_ms = 0, sealed = @row WHERE reference = @reference" : "DELETE FROM recall WHERE reference = @reference",
                    new { reference, row = database.Seal(new RecallContent { Purged = true }, Bound(reference)) });
                known.Remove(one.Reference);
                purged += isRecall ? 1 : 0;
            }
            Publish_NeedsLock();
        }
    }

    /// <summary>The store as it is is taken for the newest there is: for whoever has lost it.</summary>
    internal static void Accept(People people) => people.RecallsBegun = 0;

    int Begun => purged + known.Values.Count(one => one.Content.Kind == NoticeKind.Recall);

    /// <summary>What was refused because it could not be kept, and may be on the disk all the same.</summary>
    /// <exception cref="SqliteException">It may be there yet.</exception>
    public void WithdrawUnkept()
    {
        lock (gate)
            WithdrawUnkept_NeedsLock();
    }

    /// <summary>Whoever was told that there is no recall would find one under way at the next start, of which nobody was told.</summary>
    void WithdrawUnkept_NeedsLock()
    {
        foreach (var reference in unkept)
            database.Write("DELETE FROM recall WHERE reference = @reference", new { reference = reference.ToByteArray() });
        unkept.Clear();
    }

    void Publish_NeedsLock()
    {
        held = known.Values.Where(one => one.IsOpen).Select(one => one.Content.Person).ToFrozenSet(StringComparer.Ordinal);
        recalled = known.Values.Where(one => one.Content.Kind == NoticeKind.Recall).GroupBy(one => one.Content.Person, StringComparer.Ordinal)
            .ToFrozenDictionary(one => one.Key, one => one.Max(recall => recall.IsOpen ? long.MaxValue : recall.Content.ClosedUnixMs), StringComparer.Ordinal);
    }

    /// <summary>A row copied elsewhere does not open.</summary>
    static byte[] Bound(byte[] reference) => [.. "recall "u8, .. reference];
}
