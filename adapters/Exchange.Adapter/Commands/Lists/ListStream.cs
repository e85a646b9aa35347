using Exchange.Hosting.Errors;
using Exchange.Protocol.Refusals;
using Grpc.Core;

namespace Exchange.Adapter.Commands.Lists;

/// <summary>Sends a list and hears its results, at the pace of whoever is slower.</summary>
sealed class ListStream<TItem, TResult>(ListJob<TItem, TResult> job, AsyncDuplexStreamingCall<TItem, TResult> call)
    where TItem : class
    where TResult : class
{
    int sent;

    /// <summary>The last line that was sent; 0: none.</summary>
    public int Sent => Volatile.Read(ref sent);

    /// <returns>Null when it went to its end.</returns>
    public async Task<BrokenOff?> Run(TItem purpose, IReadOnlyList<ListLine> lines, Action<ListResult> heard, CancellationToken stop)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var sending = Send(purpose, lines, ending.Token);
        try
        {
            await foreach (var result in call.ResponseStream.ReadAllAsync(ending.Token).ConfigureAwait(false))
                heard(job.Read(result));
            return null;
        }
        catch (Exception e) when (stop.IsCancellationRequested && e is RpcException or OperationCanceledException)
        {
            return new BrokenOff("interrupted", NobodyWasAsked: false);
        }
        catch (RpcException e)
        {
            return new BrokenOff(
                e.ToRefusal() is { } refusal ? Reasons.Describe(refusal) : $"the local API cannot be reached, or was lost: {e.Status.Detail}",
                NobodyWasAsked: Sent == 0 || IsRefused(e.StatusCode));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new BrokenOff($"the report cannot be written: {e.Message}", NobodyWasAsked: false);
        }
        finally
        {
            await ending.CancelAsync().ConfigureAwait(false);
            // Its own end says nothing that the results do not say better.
            await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Statuses with which a list is refused before its first item, whatever was sent by then.</summary>
    static bool IsRefused(StatusCode status) =>
        status is StatusCode.InvalidArgument or StatusCode.PermissionDenied or StatusCode.Unauthenticated or StatusCode.Unimplemented;

    async Task Send(TItem purpose, IReadOnlyList<ListLine> lines, CancellationToken stop)
    {
        await call.RequestStream.WriteAsync(purpose, stop).ConfigureAwait(false);
        foreach (var line in lines)
        {
            if (!line.IsGood)
                continue;
            Volatile.Write(ref sent, line.Number);
            await call.RequestStream.WriteAsync(job.Item((ulong)line.Number, line.Person), stop).ConfigureAwait(false);
        }
        await call.RequestStream.CompleteAsync().ConfigureAwait(false);
    }
}

/// <summary>Why a list ended before its end.</summary>
sealed record BrokenOff(string Why, bool NobodyWasAsked);
