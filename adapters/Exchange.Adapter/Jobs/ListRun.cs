using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Grpc.Core;

namespace Exchange.Adapter.Jobs;

/// <summary>
/// Works through a list that arrives as a stream, several items at once, and sends each result as it is there. What is
/// in hand is bounded, so a list may be of any length; a caller that does not read its results is not read from either.
/// </summary>
public static class ListRun
{
    /// <param name="work">Never throws for what an item is; an exception ends the whole list.</param>
    /// <param name="atOnce">Items in hand.</param>
    public static async Task Run<TItem, TResult>(
        IAsyncStreamReader<TItem> items, IAsyncStreamWriter<TResult> results, Func<TItem, CancellationToken, Task<TResult>> work, int atOnce, CancellationToken cancelled)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancelled);
        var done = Channel.CreateBounded<TResult>(atOnce);
        var working = Work();
        try
        {
            await foreach (var result in done.Reader.ReadAllAsync(ending.Token).ConfigureAwait(false))
                await results.WriteAsync(result, ending.Token).ConfigureAwait(false);
        }
        finally
        {
            await ending.CancelAsync().ConfigureAwait(false);
            await working.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        await working.ConfigureAwait(false);

        async Task Work()
        {
            Exception? why = null;
            try
            {
                await Parallel.ForEachAsync(All(items, ending.Token), new ParallelOptions { MaxDegreeOfParallelism = atOnce, CancellationToken = ending.Token }, async (item, stop) =>
                    await done.Writer.WriteAsync(await work(item, stop).ConfigureAwait(false), stop).ConfigureAwait(false)).ConfigureAwait(false);
            }
            catch (Exception e)
            {
                why = e;
                throw;
            }
            finally
            {
                done.Writer.Complete(why);
            }
        }
    }

    static async IAsyncEnumerable<TItem> All<TItem>(IAsyncStreamReader<TItem> items, [EnumeratorCancellation] CancellationToken cancelled)
    {
        while (await items.MoveNext(cancelled).ConfigureAwait(false))
            yield return items.Current;
    }
}
