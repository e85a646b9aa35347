using System.Diagnostics;
using Exchange.Hosting.Errors;
using Exchange.Protocol.Refusals;
using Exchange.V1;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.Logging;

namespace Exchange.Adapter.LocalApi;

/// <summary>Every way a call can fail ends here as a refusal: gRPC sends it as a status, JSON as problem details.</summary>
sealed class RefusalInterceptor(ILogger<RefusalInterceptor> log) : Interceptor
{
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        var state = CallState.Of(context.GetHttpContext());
        if (state.Refusal is null)
        {
            try
            {
                return await continuation(request, context);
            }
            catch (Exception e)
            {
                state.Refusal = Explain(e, context);
            }
        }
        throw state.Refusal.ToRpcException();
    }

    public override async Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        var state = CallState.Of(context.GetHttpContext());
        if (state.Refusal is null)
        {
            try
            {
                await continuation(requestStream, responseStream, context);
                return;
            }
            catch (Exception e)
            {
                state.Refusal = Explain(e, context);
            }
        }
        throw state.Refusal.ToRpcException();
    }

    Refusal Explain(Exception exception, ServerCallContext context)
    {
        if (exception is RpcException rpc && rpc.ToRefusal() is { } refusal)
            return refusal;
        if (exception is RpcException { StatusCode: StatusCode.Unavailable })
            return Reasons.Refuse(Reason.HubUnavailable);
        if (exception is RpcException { StatusCode: StatusCode.DeadlineExceeded })
            return Reasons.Refuse(Reason.DeadlineExceeded);
        if (exception is OperationCanceledException && context.CancellationToken.IsCancellationRequested)
            return Reasons.Refuse(Reason.Cancelled);
        // The message of an exception may quote what it was given; its type and place do not.
        var place = new StackTrace(exception).GetFrame(0)?.GetMethod();
        LocalApiLog.Unforeseen(log, exception.GetType().FullName!, $"{place?.DeclaringType?.FullName}.{place?.Name}");
        return Reasons.Refuse(Reason.Internal);
    }
}
