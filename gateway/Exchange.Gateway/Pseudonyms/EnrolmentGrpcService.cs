using Exchange.V1;
using Grpc.Core;

namespace Exchange.Gateway.Pseudonyms;

/// <summary>A stream of batches from one agency, answered in order. The caller is looked at anew for each batch, so a revocation or suspension ends it.</summary>
public sealed class EnrolmentGrpcService(Enrolment enrolment, EnrolmentHooks hooks) : EnrolmentService.EnrolmentServiceBase
{
    public override async Task Enrol(IAsyncStreamReader<EnrolmentBatch> requestStream, IServerStreamWriter<EnrolledBatch> responseStream, ServerCallContext context)
    {
        try
        {
            while (await requestStream.MoveNext(context.CancellationToken).ConfigureAwait(false))
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
}
