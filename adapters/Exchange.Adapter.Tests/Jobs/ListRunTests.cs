using System.Runtime.CompilerServices;
using Exchange.Adapter.Jobs;

namespace Exchange.Adapter.Tests.Jobs;

public sealed class ListRunTests
{
    static readonly TimeSpan patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Every_item_has_its_result_and_a_slow_one_holds_up_no_other()
    {
        var last = new TaskCompletionSource();
        var results = new Outgoing<int>();
        var run = ListRun.Run(new Incoming<int>(Numbers(500)), results, async (item, _) =>
        {
            if (item == 0)
                await last.Task;
            if (item == 499)
                last.SetResult();
            return item;
        }, 8, CancellationToken.None);
        await run.WaitAsync(patience, TimeProvider.System);
        Assert.Equal(Enumerable.Range(0, 500), results.Written.Order());
        Assert.NotEqual(0, results.Written.First());
    }

    [Fact]
    public async Task No_more_items_are_in_hand_than_it_takes_at_once()
    {
        var (now, most) = (0, 0);
        var full = new TaskCompletionSource();
        var results = new Outgoing<int>();
        await ListRun.Run(new Incoming<int>(Numbers(200)), results, async (item, stop) =>
        {
            var mine = Interlocked.Increment(ref now);
            InterlockedMax(ref most, mine);
            if (mine == 4)
                full.TrySetResult();
            await full.Task.WaitAsync(patience, TimeProvider.System, stop);
            Interlocked.Decrement(ref now);
            return item;
        }, 4, CancellationToken.None).WaitAsync(patience, TimeProvider.System);
        Assert.Equal((4, 200), (most, results.Written.Count));
    }

    [Fact]
    public async Task Of_a_caller_that_reads_no_results_no_more_is_read()
    {
        var stuck = new TaskCompletionSource();
        var worked = 0;
        var quiet = new TaskCompletionSource();
        var items = new Incoming<int>(Numbers(100_000));
        var results = new Outgoing<int> { Before = stuck.Task.WaitAsync };
        var run = ListRun.Run(items, results, (item, _) =>
        {
            // One result is being written, four wait to be, and four are in hand.
            if (Interlocked.Increment(ref worked) == 9)
                quiet.SetResult();
            return Task.FromResult(item);
        }, 4, CancellationToken.None);
        await quiet.Task.WaitAsync(patience, TimeProvider.System);
        for (var turn = 0; turn < 1000; turn++)
            await Task.Yield();
        Assert.InRange(items.Read, 9, 10);
        stuck.SetResult();
        await run.WaitAsync(patience, TimeProvider.System);
        Assert.Equal(100_000, results.Written.Count);
    }

    [Fact]
    public async Task An_exception_in_the_work_ends_the_list_and_what_is_in_hand()
    {
        var others = 0;
        var begun = new TaskCompletionSource();
        var run = ListRun.Run(new Incoming<int>(Numbers(100)), new Outgoing<int>(), async (item, stop) =>
        {
            if (item == 3)
            {
                await begun.Task;
                throw new InvalidOperationException("a bug");
            }
            if (Interlocked.Increment(ref others) == 3)
                begun.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
            return item;
        }, 4, CancellationToken.None);
        var thrown = await Assert.ThrowsAsync<InvalidOperationException>(() => run.WaitAsync(patience, TimeProvider.System));
        Assert.Equal(("a bug", 3), (thrown.Message, others));
    }

    [Fact]
    public async Task A_reader_that_breaks_ends_the_list_with_what_it_broke_of()
    {
        var run = ListRun.Run(new Incoming<int>(Broken()), new Outgoing<int>(), (item, _) => Task.FromResult(item), 4, CancellationToken.None);
        await Assert.ThrowsAsync<IOException>(() => run.WaitAsync(patience, TimeProvider.System));

        static async IAsyncEnumerable<int> Broken()
        {
            yield return 1;
            await Task.Yield();
            throw new IOException("the connection was lost");
        }
    }

    [Fact]
    public async Task A_writer_that_breaks_ends_the_list_though_work_is_in_hand()
    {
        var results = new Outgoing<int> { Before = _ => throw new IOException("the connection was lost") };
        var run = ListRun.Run(new Incoming<int>(Numbers(100)), results, async (item, stop) =>
        {
            if (item > 0)
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
            return item;
        }, 4, CancellationToken.None);
        await Assert.ThrowsAsync<IOException>(() => run.WaitAsync(patience, TimeProvider.System));
    }

    [Fact]
    public async Task Cancelling_ends_it_while_it_waits_for_items_that_do_not_come()
    {
        using var leaving = new CancellationTokenSource();
        var results = new Outgoing<int>();
        var heard = new TaskCompletionSource();
        var run = ListRun.Run(new Incoming<int>(OneAndNoMore()), results, (item, _) =>
        {
            heard.SetResult();
            return Task.FromResult(item);
        }, 4, leaving.Token);
        await heard.Task.WaitAsync(patience, TimeProvider.System);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run.WaitAsync(patience, TimeProvider.System));

        static async IAsyncEnumerable<int> OneAndNoMore()
        {
            yield return 1;
            await new TaskCompletionSource().Task;
        }
    }

    [Fact]
    public async Task An_empty_list_has_no_results()
    {
        var results = new Outgoing<int>();
        await ListRun.Run(Incoming<int>.Of(), results, (item, _) => Task.FromResult(item), 4, CancellationToken.None).WaitAsync(patience, TimeProvider.System);
        Assert.Empty(results.Written);
    }

    static async IAsyncEnumerable<int> Numbers(int count, [EnumeratorCancellation] CancellationToken stop = default)
    {
        for (var i = 0; i < count; i++)
        {
            stop.ThrowIfCancellationRequested();
            yield return i;
        }
        await Task.CompletedTask;
    }

    static void InterlockedMax(ref int most, int value)
    {
        for (var seen = most; value > seen; seen = Volatile.Read(ref most))
            Interlocked.CompareExchange(ref most, value, seen);
    }
}
