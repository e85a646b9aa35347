using Exchange.Hosting.Storage;
using Microsoft.Data.Sqlite;

namespace Exchange.Hosting.Tests.Storage;

public sealed class GroupCommitTests
{
    readonly List<int> kept = [];
    readonly Lock keeping = new();

    [Fact]
    public async Task Ten_thousand_parallel_appends_are_all_kept_each_once_in_few_commits()
    {
        var commits = 0;
        await using var writer = new GroupCommit<int>("test", items =>
        {
            commits++;
            Keep(items);
        });

        await Parallel.ForAsync(0, 10_000, async (i, _) => await writer.Append(i, 100));

        Assert.Equal(Enumerable.Range(0, 10_000), kept.Order());
        Assert.InRange(commits, 1, 10_000);
    }

    [Fact]
    public async Task What_gathers_during_a_commit_shares_the_next_one_in_order()
    {
        using var held = new Held();
        var sizes = new List<int>();
        await using var writer = new GroupCommit<int>("test", items =>
        {
            held.Pass();
            sizes.Add(items.Count);
            Keep(items);
        });

        var first = writer.Append(0, 1);
        held.WaitUntilReached();
        var others = Enumerable.Range(1, 500).Select(i => writer.Append(i, 1)).ToArray();
        Assert.False(first.IsCompleted);
        held.Release();
        await Task.WhenAll([first, .. others]);

        Assert.Equal([1, 500], sizes);
        Assert.Equal(Enumerable.Range(0, 501), kept);
    }

    [Fact]
    public async Task A_batch_holds_no_more_items_and_bytes_than_allowed()
    {
        using var held = new Held();
        var batches = new List<int[]>();
        var limits = new GroupCommitLimits { BatchItems = 3, BatchBytes = 100 };
        await using var writer = new GroupCommit<int>("test", items =>
        {
            held.Pass();
            batches.Add([.. items]);
        }, limits);

        var all = new List<Task> { writer.Append(0, 1) };
        held.WaitUntilReached();
        foreach (var size in (int[])[10, 20, 30, 10, 60, 40, 500, 5])
            all.Add(writer.Append(size, size));
        held.Release();
        await Task.WhenAll(all);

        Assert.Equal([[0], [10, 20, 30], [10, 60], [40], [500], [5]], batches);
    }

    [Fact]
    public async Task A_refused_batch_fails_all_who_wait_for_it_and_the_next_one_is_kept()
    {
        using var held = new Held();
        var attempts = 0;
        await using var writer = new GroupCommit<int>("test", items =>
        {
            held.Pass();
            if (++attempts == 2)
                throw SqliteFaults.Of(new SqliteException("disk full", 13), "test");
            Keep(items);
        }, new GroupCommitLimits { BatchItems = 10 });

        var first = writer.Append(0, 1);
        held.WaitUntilReached();
        var refused = Enumerable.Range(1, 10).Select(i => writer.Append(i, 1)).ToArray();
        var next = Enumerable.Range(11, 5).Select(i => writer.Append(i, 1)).ToArray();
        held.Release();

        await first;
        foreach (var one in refused)
            Assert.Equal(StoreFault.Refused, (await Assert.ThrowsAsync<StoreException>(() => one)).Fault);
        await Task.WhenAll(next);
        Assert.Equal([0, 11, 12, 13, 14, 15], kept);
        Assert.Null(writer.Failure);
    }

    [Fact]
    public async Task A_batch_that_the_store_is_unsure_of_is_refused_and_the_next_is_tried()
    {
        await using var writer = new GroupCommit<int>("test", items =>
        {
            kept.AddRange(items);
            if (items.Contains(1))
                throw new StoreException(StoreFault.Unsure, "the answer was lost");
        });

        Assert.Equal(StoreFault.Unsure, (await Assert.ThrowsAsync<StoreException>(() => writer.Append(1, 1))).Fault);
        Assert.Equal(StoreFault.Unsure, writer.Trouble?.Fault);
        await writer.Append(2, 1);

        Assert.Equal([1, 2], kept);
        Assert.Null(writer.Trouble);
    }

    [Theory]
    [InlineData(10)] // SQLITE_IOERR
    [InlineData(11)] // SQLITE_CORRUPT
    [InlineData(19)] // SQLITE_CONSTRAINT
    public async Task An_error_that_leaves_the_disk_unknown_ends_the_store_for_all_who_wait_and_all_who_come(int code)
    {
        using var held = new Held();
        await using var writer = new GroupCommit<int>("test", items =>
        {
            held.Pass();
            throw SqliteFaults.Of(new SqliteException("injected", code), "test");
        }, new GroupCommitLimits { BatchItems = 1 });

        var failed = writer.Append(0, 1);
        held.WaitUntilReached();
        var waiting = writer.Append(1, 1);
        held.Release();

        Assert.Equal(StoreFault.Failed, (await Assert.ThrowsAsync<StoreException>(() => failed)).Fault);
        Assert.Equal(StoreFault.Failed, (await Assert.ThrowsAsync<StoreException>(() => waiting)).Fault);
        Assert.Equal(StoreFault.Failed, (await Assert.ThrowsAsync<StoreException>(() => writer.Append(2, 1))).Fault);
        Assert.Equal(StoreFault.Failed, writer.Failure?.Fault);
    }

    [Fact]
    public async Task A_commit_step_that_persists_and_then_breaks_is_never_taken_for_success_nor_tried_again()
    {
        var attempts = 0;
        await using var writer = new GroupCommit<int>("test", items =>
        {
            attempts++;
            Keep(items);
            throw new InvalidOperationException("the answer of the disk was lost");
        });

        var fault = await Assert.ThrowsAsync<StoreException>(() => writer.Append(1, 1));
        await Assert.ThrowsAsync<StoreException>(() => writer.Append(2, 1));

        Assert.Equal(StoreFault.Failed, fault.Fault);
        Assert.Equal(1, attempts);
    }

    [Fact]
    public async Task A_full_queue_refuses_by_items_and_by_bytes_and_takes_more_once_written()
    {
        using var held = new Held();
        await using var writer = new GroupCommit<int>("test", items =>
        {
            held.Pass();
            Keep(items);
        }, new GroupCommitLimits { QueuedItems = 3, QueuedBytes = 100 });

        var taken = new List<Task> { writer.Append(0, 10) };
        held.WaitUntilReached();
        Assert.Equal(StoreFault.QueueFull, (await Assert.ThrowsAsync<StoreException>(() => writer.Append(9, 91))).Fault);
        taken.Add(writer.Append(1, 10));
        taken.Add(writer.Append(2, 10));
        Assert.Equal(StoreFault.QueueFull, (await Assert.ThrowsAsync<StoreException>(() => writer.Append(9, 1))).Fault);
        held.Release();
        await Task.WhenAll(taken);
        await writer.Append(3, 10);

        Assert.Equal([0, 1, 2, 3], kept);
    }

    [Fact]
    public async Task Closing_writes_what_waits_and_refuses_what_comes()
    {
        using var held = new Held();
        var writer = new GroupCommit<int>("test", items =>
        {
            held.Pass();
            Keep(items);
        }, new GroupCommitLimits { BatchItems = 2 });

        var all = Enumerable.Range(0, 1).Select(i => writer.Append(i, 1)).ToList();
        held.WaitUntilReached();
        all.AddRange(Enumerable.Range(1, 9).Select(i => writer.Append(i, 1)));
        var closed = writer.DisposeAsync();
        Assert.Equal(StoreFault.Closed, (await Assert.ThrowsAsync<StoreException>(() => writer.Append(99, 1))).Fault);
        held.Release();
        await closed;

        Assert.All(all, one => Assert.True(one.IsCompletedSuccessfully));
        Assert.Equal(Enumerable.Range(0, 10), kept);
        await writer.DisposeAsync();
    }

    [Fact]
    public async Task A_slow_waiter_does_not_hold_up_the_writer()
    {
        using var never = new ManualResetEventSlim();
        await using var writer = new GroupCommit<int>("test", Keep);
        var slow = writer.Append(0, 1).ContinueWith(_ => never.Wait(), TaskScheduler.Default);

        await writer.Append(1, 1);

        Assert.False(slow.IsCompleted);
        never.Set();
        await slow;
    }

    void Keep(IReadOnlyList<int> items)
    {
        lock (keeping)
            kept.AddRange(items);
    }

    /// <summary>Holds the first commit until the test has queued what it wants.</summary>
    sealed class Held : IDisposable
    {
        readonly ManualResetEventSlim reached = new();
        readonly ManualResetEventSlim released = new();

        public void Pass()
        {
            reached.Set();
            released.Wait();
        }

        public void WaitUntilReached() => reached.Wait();

        public void Release() => released.Set();

        public void Dispose()
        {
            released.Set();
            reached.Dispose();
        }
    }
}
