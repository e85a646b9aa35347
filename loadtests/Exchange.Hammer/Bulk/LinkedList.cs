using System.Diagnostics;
using Agency.V1;
using Exchange.Hammer.Load;
using Exchange.Hammer.Parties;
using Exchange.Sandbox.Residents;
using Grpc.Core;

namespace Exchange.Hammer.Bulk;

/// <summary>A list of people given to the pension service's adapter in one call, as its <c>link</c> command gives it; every result is checked.</summary>
sealed class LinkedList(LocalSystem system, IReadOnlyList<Resident> residents, IProgress<int> done)
{
    /// <returns>From the first item to the last result.</returns>
    /// <exception cref="VoidRunException">A result was wrong, or missing.</exception>
    /// <exception cref="CallFailedException">The list ended before its end.</exception>
    public async Task<TimeSpan> Link(IReadOnlyList<Resident> people, CancellationToken stop)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var call = new LinkingService.LinkingServiceClient(system.Channels[0]).Link(system.Headers, cancellationToken: ending.Token);
        var started = Stopwatch.GetTimestamp();
        var sending = Send(call.RequestStream, people);
        try
        {
            await Read(call.ResponseStream, people).ConfigureAwait(false);
            await sending.ConfigureAwait(false);
            return Stopwatch.GetElapsedTime(started);
        }
        catch (RpcException e) when (!stop.IsCancellationRequested)
        {
            throw new CallFailedException($"the list ended before its end: {e.Status.StatusCode}, {e.Status.Detail}");
        }
        finally
        {
            await ending.CancelAsync().ConfigureAwait(false);
            await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    static async Task Send(IClientStreamWriter<LinkingItem> items, IReadOnlyList<Resident> people)
    {
        await items.WriteAsync(new LinkingItem
        {
            Purpose = new LinkingPurpose { On = DueLink.On.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture), Year = DueLink.Year, Official = "hammer", CaseId = "load" },
        }).ConfigureAwait(false);
        for (var i = 0; i < people.Count; i++)
            await items.WriteAsync(new LinkingItem { Id = (ulong)i, Person = people[i].PensionKey }).ConfigureAwait(false);
        await items.CompleteAsync().ConfigureAwait(false);
    }

    async Task Read(IAsyncStreamReader<LinkingResult> results, IReadOnlyList<Resident> people)
    {
        var seen = new bool[people.Count];
        var count = 0;
        await foreach (var result in results.ReadAllAsync().ConfigureAwait(false))
        {
            if (result.Id >= (ulong)people.Count || seen[result.Id] || result.Person != people[(int)result.Id].PensionKey)
                throw new VoidRunException("a result came twice, or about somebody who was not asked about");
            seen[result.Id] = true;
            if (DueLink.Of(people[(int)result.Id], residents).Mistake(result) is { } mistake)
                throw new VoidRunException(mistake);
            done.Report(++count);
        }
        if (count < people.Count)
            throw new VoidRunException($"only {count} of {people.Count} people have a result");
    }
}
