using Exchange.Adapter.Evidence;
using Exchange.Adapter.Journal.Reading;
using Exchange.Adapter.Journal.Sealing;
using Exchange.Hosting.Storage;
using Microsoft.Data.Sqlite;

namespace Exchange.Adapter.Journal;

/// <summary>
/// This agency's own record of what it asked and answered, sealed, and written before an answer leaves or is handed on. It outlives the process at
/// any moment; what a power cut may cost of the last seconds is found by comparing with the hub's log.
/// </summary>
public sealed class AgencyJournal : IAsyncDisposable
{
    readonly StoreLock held;
    readonly SqliteConnection connection;
    readonly WalCheckpoints checkpoints;
    readonly SqliteBatch batch;
    readonly RowSealer sealer;
    readonly Opener opener;
    readonly JournalInsert asked;
    readonly JournalInsert answered;
    readonly EvidenceWriter evidence;
    readonly GroupCommit<JournalItem> writer;

    AgencyJournal(SqliteStore store, StoreLock held, SqliteConnection connection, JournalKeys keys, GroupCommitLimits limits, TimeProvider time)
    {
        this.held = held;
        this.connection = connection;
        checkpoints = new WalCheckpoints(store, connection);
        batch = new SqliteBatch(connection, "journal");
        sealer = new RowSealer(keys.Newest);
        opener = new Opener(keys);
        asked = new JournalInsert(connection, "asked", sealer);
        answered = new JournalInsert(connection, "answered", sealer);
        evidence = new EvidenceWriter(connection);
        Asked = new JournalTable<AskedEntry>(store, "asked", JournalRow.Asked, keys, opener);
        Answered = new JournalTable<AnsweredEntry>(store, "answered", JournalRow.Answered, keys, opener);
        Evidence = new EvidenceTables(store);
        Readings = new Readings(store, keys, time);
        writer = new GroupCommit<JournalItem>("journal", Commit, limits);
    }

    public JournalTable<AskedEntry> Asked { get; }

    public JournalTable<AnsweredEntry> Answered { get; }

    /// <summary>Receipts, the proofs that bear them out, and the alarms of those that nothing does.</summary>
    public EvidenceTables Evidence { get; }

    /// <summary>Where it is written down who read it, by the local API as by a command.</summary>
    public Readings Readings { get; }

    /// <summary>Why the journal takes nothing more until the process starts again; null while it does.</summary>
    public StoreException? Failure => writer.Failure;

    /// <summary>Why the last entry was not kept, for good or for now, such as a full disk; null once one is.</summary>
    public StoreException? Trouble => writer.Trouble;

    /// <summary>When the oldest entry was written; null when there is none.</summary>
    public DateTimeOffset? Oldest()
    {
        var oldest = Math.Min(Asked.Oldest() ?? long.MaxValue, Answered.Oldest() ?? long.MaxValue);
        return oldest == long.MaxValue ? null : DateTimeOffset.FromUnixTimeMilliseconds(oldest);
    }

    /// <param name="keys">Of the journal; they outlive it.</param>
    /// <exception cref="StoreException">InUse: another process writes it. Foreign: it was written by a newer version, or sealed with a key that is not there.</exception>
    public static AgencyJournal Open(JournalOptions options, JournalKeys keys, TimeProvider time)
    {
        var store = new SqliteStore(options.Path, Durability.Process) { LargestBytes = options.LargestBytes, BusyTimeout = options.BusyTimeout };
        Folder.CreateForOwner(Path.GetDirectoryName(store.Path)!);
        var held = StoreLock.Take(store.Path, time);
        SqliteConnection? connection = null;
        try
        {
            store.Create();
            Migrations.Run(store.ConnectionString, typeof(AgencyJournal).Assembly, JournalFile.Prefix);
            connection = store.Open();
            CheckKeys(store, keys);
            return new AgencyJournal(store, held, connection, keys, options.Limits, time);
        }
        catch
        {
            connection?.Dispose();
            held.Dispose();
            throw;
        }
    }

    /// <summary>Returns when the entry is committed.</summary>
    /// <exception cref="JournalUnavailableException">Hand nothing on.</exception>
    public ValueTask Write(AskedEntry entry) => Append(entry);

    /// <summary>Returns when the entry is committed.</summary>
    /// <exception cref="JournalUnavailableException">Answer nothing.</exception>
    public ValueTask Write(AnsweredEntry entry) => Append(entry);

    /// <summary>Returns when it is committed.</summary>
    /// <exception cref="JournalUnavailableException">It is not kept, and the hub's log has to be looked at again.</exception>
    internal ValueTask Write(EvidenceItem item) => Append(item);

    /// <summary>Writes what waits and gives the journal back.</summary>
    public async ValueTask DisposeAsync()
    {
        await writer.DisposeAsync().ConfigureAwait(false);
        asked.Dispose();
        answered.Dispose();
        sealer.Dispose();
        opener.Dispose();
        evidence.Dispose();
        batch.Dispose();
        checkpoints.Dispose();
        connection.Dispose();
        held.Dispose();
    }

    /// <summary>Another key file than the one the journal was sealed with is noticed before anything is added under it.</summary>
    static void CheckKeys(SqliteStore store, JournalKeys keys)
    {
        using var opener = new Opener(keys);
        if (new JournalTable<AskedEntry>(store, "asked", JournalRow.Asked, keys, opener).NewestFault() == SealFault.KeyMissing
            || new JournalTable<AnsweredEntry>(store, "answered", JournalRow.Answered, keys, opener).NewestFault() == SealFault.KeyMissing)
            throw JournalFile.Unopened(store.Path, SealFault.KeyMissing);
    }

    async ValueTask Append(JournalItem entry)
    {
        try
        {
            await writer.Append(entry, entry.Size).ConfigureAwait(false);
        }
        catch (StoreException e)
        {
            throw new JournalUnavailableException(e);
        }
    }

    void Commit(IReadOnlyList<JournalItem> entries) => batch.Run(() =>
    {
        for (var i = 0; i < entries.Count; i++)
        {
            switch (entries[i])
            {
                case AskedEntry question:
                    asked.Run(question);
                    if (question.Receipt is { } receipt)
                        evidence.Add(receipt, question.TimeUnixMs);
                    break;
                case AnsweredEntry answer:
                    answered.Run(answer);
                    break;
                case EvidenceItem item:
                    evidence.Run(item);
                    break;
            }
        }
    });
}
