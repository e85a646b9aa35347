using Exchange.Gateway.Audit.Tree;
using Exchange.Hosting.Storage;
using Exchange.Protocol.Transparency;
using Exchange.V1;
using Google.Protobuf;
using Microsoft.Data.Sqlite;

namespace Exchange.Gateway.Audit;

/// <summary>
/// The hub's record of what it let through and what it refused: entries are added at the end, durable before <see cref="Append"/> returns,
/// and never changed. One process writes it.
/// </summary>
/// <remarks>
/// When an append fails the entry may still be in the log after a restart (the disk took it and its answer was lost): an entry without a release,
/// never a release without an entry.
/// </remarks>
public sealed class AuditLog : IAsyncDisposable
{
    readonly SqliteStore store;
    readonly StoreLock held;
    readonly SqliteConnection connection;
    readonly SqliteBatch batch;
    readonly SqliteStatement insert;
    readonly GroupCommit<Pending> writer;

    // The writer's thread alone: what the next entry is numbered; null when it must be read from the file.
    long? next;
    long size;

    AuditLog(SqliteStore store, string name, StoreLock held, SqliteConnection connection, long size, GroupCommitLimits limits)
    {
        this.store = store;
        this.held = held;
        this.connection = connection;
        this.size = size;
        Name = name;
        next = size;
        batch = new SqliteBatch(connection, "audit");
        insert = new SqliteStatement(connection, "INSERT INTO entry (number, content, leaf_hash) VALUES (?1, ?2, ?3)");
        writer = new GroupCommit<Pending>("audit", Commit, limits);
    }

    /// <summary>In every receipt.</summary>
    public string Name { get; }

    internal SqliteStore Store => store;

    /// <summary>How many entries are durable; their numbers are 0 to one less.</summary>
    public long Size => Volatile.Read(ref size);

    /// <summary>Why the log takes nothing more until the process starts again; null while it does.</summary>
    public StoreException? Failure => writer.Failure;

    /// <summary>Why the last entry was not kept, for good or for now, such as a full disk; null once one is.</summary>
    public StoreException? Trouble => writer.Trouble;

    /// <exception cref="StoreException">
    /// InUse: another process writes it. Foreign: the file is another log's, has a gap, or was written by a newer version.
    /// </exception>
    public static AuditLog Open(AuditOptions options, TimeProvider time)
    {
        var store = new SqliteStore(options.Path, Durability.Disk) { LargestBytes = options.LargestBytes, BusyTimeout = options.BusyTimeout };
        Folder.CreateForOwner(Path.GetDirectoryName(store.Path)!);
        var held = StoreLock.Take(store.Path, time);
        SqliteConnection? connection = null;
        try
        {
            store.Create();
            Migrations.Run(store.ConnectionString, typeof(AuditLog).Assembly, "Exchange.Gateway.Audit.Migrations.");
            connection = store.Open();
            AuditIdentity.Claim(connection, store.Path, options.Name, time);
            return new AuditLog(store, options.Name, held, connection, AuditContinuity.Verify(connection, store.Path), options.Limits);
        }
        catch
        {
            connection?.Dispose();
            held.Dispose();
            throw;
        }
    }

    /// <summary>Returns when the entry is durable. Cancelling has an effect only before the entry is queued: what is queued is written.</summary>
    /// <exception cref="AuditUnavailableException">Release nothing.</exception>
    public async ValueTask<Receipt> Append(AuditEntry entry, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        var content = entry.ToByteArray();
        ArgumentOutOfRangeException.ThrowIfGreaterThan(content.Length, LogTiles.LargestEntry, nameof(entry));
        var leafHash = TreeHash.Leaf(content);
        var receipt = new Receipt { Log = Name, LeafHash = UnsafeByteOperations.UnsafeWrap(leafHash) };
        if (entry.Lookup is { } lookup)
            receipt.RequestId = lookup.RequestId;
        try
        {
            await writer.Append(new Pending(content, leafHash, receipt), content.Length + TreeHash.Length).ConfigureAwait(false);
        }
        catch (StoreException e)
        {
            throw new AuditUnavailableException(e);
        }
        return receipt;
    }

    /// <summary>Durable entries with numbers from <paramref name="from"/> up to, without, <paramref name="to"/>, in order; fewer when the log ends before.</summary>
    public IAsyncEnumerable<(long Index, byte[] Entry)> Read(long from, long to, CancellationToken cancellation = default) =>
        AuditReader.Read(store, from, Math.Min(to, Size), cancellation);

    /// <summary>Writes what waits and gives the log back.</summary>
    public async ValueTask DisposeAsync()
    {
        await writer.DisposeAsync().ConfigureAwait(false);
        insert.Dispose();
        batch.Dispose();
        connection.Dispose();
        held.Dispose();
    }

    void Commit(IReadOnlyList<Pending> entries)
    {
        // Unknown until the commit has returned: a batch that failed may be there all the same.
        var first = next ?? AuditContinuity.Next(connection);
        next = null;
        batch.Run(() =>
        {
            for (var i = 0; i < entries.Count; i++)
            {
                var entry = entries[i];
                entry.Receipt.Index = (ulong)(first + i);
                insert.Bind(1, first + i);
                insert.Bind(2, entry.Content);
                insert.Bind(3, entry.LeafHash);
                insert.Run();
            }
        });
        next = first + entries.Count;
        Volatile.Write(ref size, first + entries.Count);
    }

    readonly record struct Pending(byte[] Content, byte[] LeafHash, Receipt Receipt);
}
