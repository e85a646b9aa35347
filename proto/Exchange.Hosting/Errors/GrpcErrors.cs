using Exchange.Protocol.Refusals;
using Exchange.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;

namespace Exchange.Hosting.Errors;

/// <summary>A refusal as a gRPC status with ErrorInfo (AIP-193) and RetryInfo, and back.</summary>
public static class GrpcErrors
{
    public const string Domain = "exchange";

    public static RpcException ToRpcException(this Refusal refusal)
    {
        var info = new ErrorInfo { Domain = Domain, Reason = Reasons.Name(refusal.Reason) };
        info.Metadata["remedy"] = refusal.Remedy;
        if (!refusal.RequestId.IsEmpty)
            info.Metadata["request_id"] = Convert.ToHexStringLower(refusal.RequestId.Span);
        var status = new Google.Rpc.Status
        {
            Code = (int)Reasons.Of(refusal.Reason).Status,
            Message = $"{refusal.Message} {refusal.Remedy}",
            Details = { Any.Pack(info) },
        };
        if (refusal.RetryAfterMs > 0)
            status.Details.Add(Any.Pack(new RetryInfo { RetryDelay = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(refusal.RetryAfterMs)) }));
        return status.ToRpcException();
    }

    /// <summary>The refusal a peer sent; null when the exception carries none of ours.</summary>
    public static Refusal? ToRefusal(this RpcException exception)
    {
        var status = exception.GetRpcStatus();
        if (status?.GetDetail<ErrorInfo>() is not { Domain: Domain } info)
            return null;
        if (!System.Enum.TryParse<Reason>(info.Reason.Replace("_", "", StringComparison.Ordinal), ignoreCase: true, out var reason))
            return null;
        var refusal = Reasons.Refuse(reason);
        if (info.Metadata.TryGetValue("remedy", out var remedy))
            refusal.Remedy = remedy;
        refusal.Message = status.Message.EndsWith(refusal.Remedy, StringComparison.Ordinal) ? status.Message[..^refusal.Remedy.Length].TrimEnd() : status.Message;
        if (info.Metadata.TryGetValue("request_id", out var id))
            refusal.RequestId = ByteString.CopyFrom(Convert.FromHexString(id));
        refusal.RetryAfterMs = status.GetDetail<RetryInfo>() is { } retry ? (uint)retry.RetryDelay.ToTimeSpan().TotalMilliseconds : 0;
        return refusal;
    }
}
