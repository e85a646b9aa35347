using System.Runtime.CompilerServices;
using Exchange.Gateway.Audit.Stores;
using Exchange.Gateway.Audit.Stores.Postgres;
using Exchange.Gateway.Audit.Stores.Sqlite;
using Exchange.Gateway.Audit.Tree;
using Exchange.Hosting.Storage;
using Exchange.Protocol.Transparency;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Gateway.Audit;

/// <summary>
/// The hub's record of what it let through and what it refused: entries are added at the end, durable before <see cref="Append"/> returns,
/// and never changed. One process writes it.
/// </summary>
/// <remarks>
/// When an append fails the entry may still be in the log afterwards (the disk took it and its answer was lost): an entry without a release,
/// never a release without an entry.
/// </remarks>
public sealed class AuditLog : IAsyncDisposable
{
    /// <summary>Entries read at once; between two pages SQLite's WAL may be emptied, so a slow reader does not let it grow.</summary>
    const int Page = 512;

    readonly IEntryStore store;
    readonly GroupCommit<NewEntry> writer;
    long size;

    AuditLog(IEntryStore store, string name, GroupCommitLimits limits)
    {
        this.store = store;
        Name = name;
        size = store.Size;
        writer = new GroupCommit<NewEntry>("audit", Commit, limits);
    }

    /// <summary>In every receipt.</summary>
    public string Name { get; }

    internal IEntryStore Store => store;

    /// <summary>How many entries are durable; their numbers are 0 to one less.</summary>
    public long Size => Volatile.Read(ref size);

    /// <summary>Why the log takes nothing more until the process starts again; null while it does.</summary>
    public StoreException? Failure => writer.Failure ?? (store.Trouble is { EndsStore: true } ended ? ended : null);

    /// <summary>Why an entry would not be kept, for good or for now, such as a full disk; null once one is.</summary>
    public StoreException? Trouble => writer.Failure ?? store.Trouble;

    /// <exception cref="StoreException">
    /// InUse: another process writes it. Foreign: the store is another log's, has a gap, or was written by a newer version.
    /// Refused: the database cannot be used now.
    /// </exception>
    public static AuditLog Open(AuditOptions options, TimeProvider time)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(options.Name);
        IEntryStore store = options.Database is { } database ? PostgresEntries.Open(options, database, time) : SqliteEntries.Open(options, time);
        return new AuditLog(store, options.Name, options.Limits);
    }

    /// <summary>Returns when the entry is durable. Cancelling has an effect only before the entry is queued: what is queued is written.</summary>
    /// <exception cref="AuditUnavailableException">Release nothing.</exception>
    public async ValueTask<Receipt> Append(AuditEntry entry, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        var content = entry.ToByteArray();
        ArgumentOutOfRangeException.ThrowIfGreaterThan(content.Length, LogTiles.LargestEntry, nameof(entry));
        var leafHash = TreeHash.Leaf(content);
        var receipt = new Receipt { Log = Name, LeafHash = UnsafeByteOperations.UnsafeWrap(leafHash), Entry = UnsafeByteOperations.UnsafeWrap(content) };
        if (entry.Lookup is { } lookup)
            receipt.RequestId = lookup.RequestId;
        try
        {
            await writer.Append(new NewEntry(content, leafHash, receipt), content.Length + TreeHash.Length).ConfigureAwait(false);
        }
        catch (StoreException e)
        {
            throw new AuditUnavailableException(e);
        }
        return receipt;
    }

    /// <summary>Durable entries with numbers from <paramref name="from"/> up to, without, <paramref name="to"/>, in order; fewer when the log ends before.</summary>
    public async IAsyncEnumerable<(long Index, byte[] Entry)> Read(long from, long to, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(from);
        for (to = Math.Min(to, Size); from < to; from += Page)
            foreach (var entry in await store.Read(from, Math.Min(to, from + Page), cancellation).ConfigureAwait(false))
                yield return (entry.Number, entry.Content);
    }

    /// <summary>
    /// As <see cref="Read"/>, to the end that the store has: an entry of which a server's word was lost is there before anything here has counted it.
    /// </summary>
    /// <exception cref="StoreException">It cannot be read now.</exception>
    public async IAsyncEnumerable<(long Index, byte[] Entry)> ReadToEnd(long from, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        IReadOnlyList<KeptEntry> page;
        do
        {
            page = await store.Read(from, from + Page, cancellation).ConfigureAwait(false);
            foreach (var entry in page)
                yield return (entry.Number, entry.Content);
            from += Page;
        }
        while (page.Count == Page);
    }

    /// <summary>Writes what waits and gives the log back.</summary>
    public async ValueTask DisposeAsync()
    {
        await writer.DisposeAsync().ConfigureAwait(false);
        await store.DisposeAsync().ConfigureAwait(false);
    }

    void Commit(IReadOnlyList<NewEntry> entries)
    {
        var first = store.Append(entries);
        for (var i = 0; i < entries.Count; i++)
            entries[i].Receipt.Index = (ulong)(first + i);
        Volatile.Write(ref size, first + entries.Count);
    }
}
