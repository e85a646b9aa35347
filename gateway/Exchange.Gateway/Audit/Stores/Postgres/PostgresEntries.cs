using Exchange.Hosting.Storage;
using Npgsql;

namespace Exchange.Gateway.Audit.Stores.Postgres;

/// <summary>Entries in a PostgreSQL database, kept to this hub by a lease. A batch is one statement: it renews the lease, counts and adds.</summary>
/// <remarks>
/// A lost connection leaves the batch in hand unsure. While there is none, batches are refused at once; a timer connects again and
/// takes the lease anew, after which it is known where the log ends. The same timer renews the lease of an idle hub.
/// </remarks>
sealed class PostgresEntries : IEntryStore
{
    static readonly TimeSpan pause = TimeSpan.FromMilliseconds(500);

    readonly AuditDatabase database;
    readonly StoreLock held;
    readonly PostgresLease lease;
    readonly PostgresReader reader;
    readonly ITimer timer;

    // One beat at a time.
    readonly Lock beat = new();

    // Under the gate, but for the glances that say so.
    readonly Lock gate = new();
    PostgresWriter? writer;
    PostgresTail known;
    PostgresTail? doubtful;

    // What keeps entries from being sent, and what the server said of those it was sent last.
    StoreException? outage, refusal;
    bool closing;

    PostgresEntries(AuditDatabase database, StoreLock held, PostgresLease lease, PostgresReader reader, PostgresWriter writer, PostgresTail known, TimeProvider time)
    {
        (this.database, this.held, this.lease, this.reader, this.writer, this.known) = (database, held, lease, reader, writer, known);
        Size = known.Size;
        timer = time.CreateTimer(_ => Beat(), null, database.Lease / 3, Timeout.InfiniteTimeSpan);
    }

    public string Where => database.Where;

    public long Size { get; }

    public StoreException? Trouble => Volatile.Read(ref outage) ?? Volatile.Read(ref refusal);

    /// <exception cref="StoreException">
    /// InUse: another hub has the lease, or another process this folder. Foreign: the log has a gap, or was written by a newer version.
    /// Refused: the server cannot be reached, or does not keep what it is given.
    /// </exception>
    public static PostgresEntries Open(AuditOptions options, AuditDatabase database, TimeProvider time)
    {
        var held = HolderPlace.Take(options.Path, time, out var place);
        PostgresReader? reader = null;
        PostgresWriter? writer = null;
        try
        {
            PostgresTables.Make(database);
            var lease = new PostgresLease(database, options.Name, place, time);
            reader = new PostgresReader(database, options.Name);
            writer = PostgresWriter.Begin(database, lease, lease.Take);
            using var counting = PostgresSession.Open(database);
            var known = PostgresTail.Verify(counting, writer.Leased, database.Where);
            // Counting a long log may have taken longer than the lease.
            writer.Renew();
            return new PostgresEntries(database, held, lease, reader, writer, known, time);
        }
        catch (Exception e)
        {
            writer?.Dispose();
            reader?.DisposeAsync().AsTask().GetAwaiter().GetResult();
            held.Dispose();
            if (e is NpgsqlException or TimeoutException)
                throw new StoreException(StoreFault.Refused, $"{database.Where}: {PostgresFaults.Explain(e)}", e);
            throw;
        }
    }

    public long Append(IReadOnlyList<NewEntry> entries)
    {
        // A glance: nobody waits for a connection that is being made.
        if (Volatile.Read(ref writer) is null)
            throw Missing();
        lock (gate)
        {
            if (writer is null)
                throw Missing();
            try
            {
                var first = writer.Append(entries);
                if (first != known.Size)
                    throw new StoreException(StoreFault.Foreign, $"{Where}: entry {first} came after entry {known.Size - 1}. Somebody else writes this log; keep it as it is, and find out who");
                known = known.After(entries);
                Volatile.Write(ref refusal, null);
                return first;
            }
            catch (Exception e)
            {
                throw Fail(e, entries);
            }
        }
    }

    public ValueTask<IReadOnlyList<KeptEntry>> Read(long from, long to, CancellationToken cancelled) => reader.Read(from, to, cancelled);

    public ValueTask<IReadOnlyList<byte[]>> LeafHashes(long from, long to, CancellationToken cancelled) => reader.LeafHashes(from, to, cancelled);

    public async ValueTask DisposeAsync()
    {
        lock (gate)
        {
            closing = true;
            writer?.Release();
            writer?.Dispose();
            writer = null;
        }
        await timer.DisposeAsync().ConfigureAwait(false);
        await reader.DisposeAsync().ConfigureAwait(false);
        held.Dispose();
    }

    StoreException Missing() => Trouble is { EndsStore: true } ended ? ended
        : new StoreException(StoreFault.Refused, $"{Where} is being connected to again, and took nothing. What happened before: {Trouble?.Message}");

    /// <summary>What became of the batch, and of the connection.</summary>
    StoreException Fail(Exception error, IReadOnlyList<NewEntry> entries)
    {
        var fault = error as StoreException ?? (PostgresFaults.WasUndone(error)
            ? new StoreException(error is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation } ? StoreFault.Foreign : StoreFault.Refused, $"{Where} took nothing: {PostgresFaults.Explain(error)}", error)
            : new StoreException(StoreFault.Unsure, $"{Where} may or may not have taken the last entries: {PostgresFaults.Explain(error)}", error));
        if (fault.Fault == StoreFault.Refused)
            Volatile.Write(ref refusal, fault);
        else
            Volatile.Write(ref outage, fault);
        if (fault.Fault == StoreFault.Unsure)
            doubtful = known.After(entries);
        if (fault.Fault != StoreFault.Refused || !writer!.IsOpen)
        {
            Leave_NeedsGate();
            timer.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
        return fault;
    }

    void Leave_NeedsGate()
    {
        writer?.Dispose();
        Volatile.Write(ref writer, null);
    }

    void Beat()
    {
        lock (beat)
        {
            try
            {
                if (Volatile.Read(ref writer) is null)
                    Regain();
                else
                    Renew();
            }
            catch (Exception e)
            {
                lock (gate)
                    Volatile.Write(ref outage, e as StoreException ?? new StoreException(StoreFault.Refused, $"{Where}: {PostgresFaults.Explain(e)}", e));
            }
            lock (gate)
                if (!closing && outage is not { EndsStore: true })
                    timer.Change(writer is null ? pause : database.Lease / 3, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>A batch that is under way renews it too, so none is waited for.</summary>
    void Renew()
    {
        if (!gate.TryEnter())
            return;
        try
        {
            writer?.Renew();
        }
        catch
        {
            Leave_NeedsGate();
            throw;
        }
        finally
        {
            gate.Exit();
        }
    }

    /// <summary>A new connection, and certainty about the batch that was in hand.</summary>
    void Regain()
    {
        if (outage is { EndsStore: true })
            return;
        var fresh = PostgresWriter.Begin(database, lease, lease.Regain);
        try
        {
            var tail = fresh.Tail(Where);
            lock (gate)
            {
                if (closing)
                {
                    fresh.Release();
                    fresh.Dispose();
                    return;
                }
                if (!tail.Is(known) && !tail.Is(doubtful))
                    throw new StoreException(StoreFault.Foreign,
                        $"{Where} has {tail.Size} entries, and {known.Size} were acknowledged: it was put back to an older copy, or somebody else writes to it. Keep it as it is, and restore a whole copy");
                reader.Leave();
                (known, doubtful) = (tail, null);
                Volatile.Write(ref outage, null);
                Volatile.Write(ref writer, fresh);
            }
        }
        catch
        {
            fresh.Dispose();
            throw;
        }
    }
}
