using Exchange.Hosting.Errors;
using Exchange.Protocol.Refusals;
using Exchange.V1;
using Grpc.Core;

namespace Exchange.Gateway.Pseudonyms;

/// <summary>
/// A stream of batches from one agency, answered in order; one stream at a time. The caller is looked at anew for each batch, so a revocation or
/// suspension ends it.
/// </summary>
public sealed class EnrolmentGrpcService(Enrolment enrolment, EnrolmentHooks hooks, TimeProvider time) : EnrolmentService.EnrolmentServiceBase
{
    /// <summary>A stream on which no batch comes for so long is ended. An agency draws up a full batch in a second or two.</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromMinutes(1);

    /// <summary>Bytes of a message: a full batch has 128 KiB of points, and a chain of at most 24 KiB.</summary>
    public const int MaximumMessage = 256 * 1024;

    public override async Task Enrol(IAsyncStreamReader<EnrolmentBatch> requestStream, IServerStreamWriter<EnrolledBatch> responseStream, ServerCallContext context)
    {
        using var stream = enrolment.Streams.Take(hooks.Caller(context)) ?? throw UnderWay().ToRpcException();
        try
        {
            while (await Next(requestStream, context.CancellationToken).ConfigureAwait(false))
            {
                var answer = await enrolment.Enrol(hooks.Caller(context), requestStream.Current, context.CancellationToken).ConfigureAwait(false);
                await responseStream.WriteAsync(answer, context.CancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException)
        {
            // The agency hung up; what it was told is in the log, and it may send the rest at any time.
        }
    }

    async Task<bool> Next(IAsyncStreamReader<EnrolmentBatch> batches, CancellationToken hungUp)
    {
        using var idle = new CancellationTokenSource(Idle, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(idle.Token, hungUp);
        try
        {
            return await batches.MoveNext(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (idle.IsCancellationRequested && !hungUp.IsCancellationRequested)
        {
            throw Reasons.Refuse(Reason.DeadlineExceeded, "No batch came within a minute.").ToRpcException();
        }
    }

    static Refusal UnderWay()
    {
        var refusal = Reasons.Refuse(Reason.ConnectionLimit, "An enrolment of this agency is under way.", TimeSpan.FromSeconds(1));
        refusal.Remedy = "Wait until it has ended.";
        return refusal;
    }
}
