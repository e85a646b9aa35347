using Exchange.Hosting.Errors;
using Exchange.Protocol.Refusals;
using Exchange.V1;
using Grpc.Core;

namespace Exchange.Adapter.Enrolment;

/// <summary>The stream of batches to the hub, opened when needed and again after it broke.</summary>
sealed class EnrolmentStream(ChannelBase channel, TimeSpan answerTimeout, TimeProvider time) : IDisposable
{
    readonly EnrolmentService.EnrolmentServiceClient client = new(channel);
    AsyncDuplexStreamingCall<EnrolmentBatch, EnrolledBatch>? call;

    internal async Task<(EnrolledBatch? Answer, Refusal? Refusal)> Send(EnrolmentBatch batch, CancellationToken cancellation)
    {
        using var timeout = new CancellationTokenSource(answerTimeout, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timeout.Token);
        try
        {
            call ??= client.Enrol(cancellationToken: cancellation);
            await call.RequestStream.WriteAsync(batch, stop.Token).ConfigureAwait(false);
            if (await call.ResponseStream.MoveNext(stop.Token).ConfigureAwait(false) && call.ResponseStream.Current is var answer && answer.BatchId == batch.BatchId)
                return answer.Refusal is null ? (answer, null) : (null, answer.Refusal);
            return (null, Broken(Reason.HubUnavailable));
        }
        catch (Exception e) when (e is RpcException or IOException or OperationCanceledException or InvalidOperationException && !cancellation.IsCancellationRequested)
        {
            var refusal = (e as RpcException)?.ToRefusal();
            return (null, Broken(timeout.IsCancellationRequested ? Reason.DeadlineExceeded : Reason.HubUnavailable, refusal));
        }
    }

    internal Task Complete() => call?.RequestStream.CompleteAsync() ?? Task.CompletedTask;

    public void Dispose() => call?.Dispose();

    Refusal Broken(Reason reason, Refusal? told = null)
    {
        call?.Dispose();
        call = null;
        return told ?? Reasons.Refuse(reason);
    }
}
