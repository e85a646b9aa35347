using System.Diagnostics;

namespace Exchange.Hosting.Storage;

/// <summary>
/// Shares each commit among all who wait for one. A thread of its own takes whatever has gathered while the previous commit was under way:
/// alone, an item is committed at once; under load, thousands share one fsync. There is no timer to tune.
/// </summary>
/// <remarks>
/// Items are handed to the commit step in the order they were appended. The step keeps all of a batch or none of it. When it fails, all who
/// wait for the batch hear of it and the next batch is tried; unless nobody can say what is on the disk, which ends the store for this process.
/// </remarks>
public sealed class GroupCommit<TItem> : IAsyncDisposable
{
    readonly string store;
    readonly Action<IReadOnlyList<TItem>> commit;
    readonly GroupCommitLimits limits;
    readonly StoreMeter meter;
    readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Under the gate. Only the last batch of the queue still takes items; a batch that left the queue takes none.
    readonly object gate = new();
    readonly Queue<Batch> queue = new();
    Batch? open;
    List<TItem>? spare;
    int items;
    long bytes;
    bool closing;
    StoreException? failure;
    StoreException? refusing;

    /// <param name="store">A constant name, for messages, metrics and the thread.</param>
    /// <param name="commit">
    /// Runs on the writer's thread, one batch at a time. Throws a <see cref="StoreException"/> with <see cref="StoreFault.Refused"/> when nothing
    /// was kept and the store is as it was, with <see cref="StoreFault.Unsure"/> when it will know itself before the next batch; anything else
    /// it throws is taken for <see cref="StoreFault.Failed"/>.
    /// </param>
    public GroupCommit(string store, Action<IReadOnlyList<TItem>> commit, GroupCommitLimits? limits = null)
    {
        this.store = store;
        this.commit = commit;
        this.limits = limits ?? new GroupCommitLimits();
        meter = new StoreMeter(store);
        new Thread(Write) { IsBackground = true, Name = $"{store} writer" }.Start();
    }

    /// <summary>Why the last write was not kept, for good or for now; null once one is.</summary>
    public StoreException? Trouble
    {
        get
        {
            lock (gate)
                return failure ?? refusing;
        }
    }

    /// <summary>Why nothing more is kept; null while all is well.</summary>
    public StoreException? Failure
    {
        get
        {
            lock (gate)
                return failure;
        }
    }

    /// <summary>
    /// Completes when the item is durable, or fails with a <see cref="StoreException"/>. Nothing cancels it: once appended, an item is written,
    /// and its owner hears what became of it. All items of a batch share one task.
    /// </summary>
    /// <param name="size">What it weighs against the limits, in bytes.</param>
    public Task Append(TItem item, int size)
    {
        lock (gate)
        {
            if (failure is not null)
                return Task.FromException(failure);
            if (closing)
                return Task.FromException(new StoreException(StoreFault.Closed, $"{store} is closed"));
            if (items >= limits.QueuedItems || (bytes + size > limits.QueuedBytes && items > 0))
                return Task.FromException(new StoreException(StoreFault.QueueFull, $"{store} has {items} items waiting and takes no more until some are written"));
            items++;
            bytes += size;
            var batch = open;
            if (batch is null || batch.Items.Count >= limits.BatchItems || batch.Bytes + size > limits.BatchBytes)
            {
                batch = open = new Batch(spare ?? []);
                spare = null;
                queue.Enqueue(batch);
                if (queue.Count == 1)
                    Monitor.Pulse(gate);
            }
            batch.Items.Add(item);
            batch.Bytes += size;
            return batch.Done.Task;
        }
    }

    /// <summary>Refuses new items, writes what waits, and completes when the writer has ended.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (gate)
        {
            closing = true;
            Monitor.Pulse(gate);
        }
        await ended.Task.ConfigureAwait(false);
    }

    void Write()
    {
        while (Next() is { } batch)
        {
            var error = Commit(batch);
            var ends = error is { Fault: not (StoreFault.Refused or StoreFault.Unsure) };
            lock (gate)
            {
                items -= batch.Items.Count;
                bytes -= batch.Bytes;
                batch.Items.Clear();
                spare = batch.Items;
                refusing = error;
                if (ends)
                    failure = error;
            }
            if (error is null)
                batch.Done.SetResult();
            else
                batch.Fail(error);
            if (ends)
                FailAll(error!);
        }
        ended.SetResult();
    }

    /// <summary>Waits for a batch; null when closing and nothing is left, or when the store has failed.</summary>
    Batch? Next()
    {
        lock (gate)
        {
            while (queue.Count == 0 && !closing && failure is null)
                Monitor.Wait(gate);
            if (failure is not null || !queue.TryDequeue(out var batch))
                return null;
            if (batch == open)
                open = null;
            return batch;
        }
    }

    StoreException? Commit(Batch batch)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            commit(batch.Items);
            meter.Committed(batch.Items.Count, batch.Bytes, Stopwatch.GetElapsedTime(started));
            return null;
        }
        catch (StoreException e) when (e.Fault == StoreFault.Refused)
        {
            meter.Refused(batch.Items.Count);
            return e;
        }
        catch (StoreException e) when (e.Fault == StoreFault.Unsure)
        {
            meter.Unsure(batch.Items.Count);
            return e;
        }
        catch (Exception e)
        {
            meter.Failed(batch.Items.Count);
            return e as StoreException ?? SqliteFaults.Failed(e, store);
        }
    }

    void FailAll(StoreException error)
    {
        lock (gate)
        {
            while (queue.TryDequeue(out var batch))
                batch.Fail(error);
            open = null;
            items = 0;
            bytes = 0;
        }
    }

    sealed class Batch(List<TItem> items)
    {
        public List<TItem> Items { get; } = items;

        public long Bytes { get; set; }

        // Continuations go to the thread pool, each on its own: the writer runs none of them, and none waits for another.
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Fail(StoreException error)
        {
            Done.SetException(error);
            // Whoever appended and does not wait has chosen not to know.
            _ = Done.Task.Exception;
        }
    }
}
