using Agency.V1;
using Exchange.Hosting.Errors;
using Exchange.Protocol.Refusals;
using Exchange.V1;
using Google.Protobuf;
using Grpc.Core;
using LookupResponse = Agency.V1.LookupResponse;

namespace Exchange.Adapter.Calling;

/// <summary>Asks the running adapter: all pages of a record, and again where the refusal says when.</summary>
sealed class LookupCaller(ChannelBase channel, Metadata headers, TimeProvider time)
{
    /// <summary>Of one record; more are no record.</summary>
    const int MostPages = 64;

    static readonly TimeSpan callTimeout = TimeSpan.FromSeconds(30), patience = TimeSpan.FromMinutes(2);

    readonly AgencyService.AgencyServiceClient adapter = new(channel);

    /// <param name="waits">Whether it may wait when the refusal says that asking again helps.</param>
    /// <exception cref="LocalApiException">The local API cannot be reached, or does not know this caller: no other question would fare better.</exception>
    public async Task<ToldAnswer> Ask(PersonQuestion question, bool waits, CancellationToken stop)
    {
        var giveUp = time.GetUtcNow() + patience;
        while (true)
        {
            var told = await Once(question, stop).ConfigureAwait(false);
            if (!waits || told.RetryAfter == TimeSpan.Zero || told.IsClosed || time.GetUtcNow() + told.RetryAfter > giveUp)
                return told;
            await Task.Delay(told.RetryAfter, time, stop).ConfigureAwait(false);
        }
    }

    async Task<ToldAnswer> Once(PersonQuestion question, CancellationToken stop)
    {
        var ids = new List<string>();
        try
        {
            var first = await Page(question, ByteString.Empty, ids, stop).ConfigureAwait(false);
            var record = first.Record is { } any ? question.DataSet.Record.Parser.ParseFrom(any.Value) : null;
            var page = first;
            for (var pages = 1; !page.NextPage.IsEmpty && pages < MostPages; pages++)
            {
                page = await Page(question with { Provider = first.Provider }, page.NextPage, ids, stop).ConfigureAwait(false);
                record!.MergeFrom(page.Record?.Value ?? ByteString.Empty);
            }
            if (!page.NextPage.IsEmpty)
                return Refused(Reasons.Refuse(Reason.AnswerInvalid), first.Provider, ids);
            return ToldAnswer.Of(first, record, ids, question.Identity is not null);
        }
        catch (RpcException e) when (!stop.IsCancellationRequested)
        {
            var refusal = e.ToRefusal() ?? throw LocalApiException.Lost(e);
            if (refusal.Reason is Reason.CallerUnknown)
                throw new LocalApiException(Reasons.Describe(refusal));
            return Refused(refusal, question.Provider, ids);
        }
        catch (RpcException)
        {
            throw new OperationCanceledException(stop);
        }
    }

    async Task<LookupResponse> Page(PersonQuestion question, ByteString page, List<string> ids, CancellationToken stop)
    {
        var response = await adapter.LookupAsync(question.Request(page), headers, (time.GetUtcNow() + callTimeout).UtcDateTime, stop).ResponseAsync.ConfigureAwait(false);
        foreach (var receipt in response.Candidates.SelectMany(one => one.Receipts).Append(response.Receipt))
            if (receipt is not null && !ids.Contains(receipt.RequestId))
                ids.Add(receipt.RequestId);
        return response;
    }

    static ToldAnswer Refused(Refusal refusal, string provider, List<string> ids) => new(
        Reasons.Name(refusal.Reason), provider, null, [], null, [.. ids, .. refusal.RequestId.IsEmpty ? (string[])[] : [Convert.ToHexStringLower(refusal.RequestId.Span)]], null, null,
        $"{refusal.Message} {refusal.Remedy}", TimeSpan.FromMilliseconds(refusal.RetryAfterMs));
}

/// <summary>Nothing can be asked. The message says why, and what to do.</summary>
public sealed class LocalApiException(string message) : Exception(message)
{
    /// <summary>Of a call that came to nothing, and not by a refusal.</summary>
    public static LocalApiException Lost(RpcException call) => new(
        call.Status.Detail.StartsWith(NobodyListens, StringComparison.Ordinal)
            ? "The local API cannot be reached: nobody listens at its address. Is the adapter serving?"
            : $"The local API cannot be reached, or was lost: {call.Status.Detail.TrimEnd('.')}. Is the adapter serving?");

    /// <summary>As the client of gRPC says it.</summary>
    const string NobodyListens = "Error connecting to subchannel";
}
