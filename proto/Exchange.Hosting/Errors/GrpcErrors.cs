using System.Buffers;
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

    const int RequestIdBytes = 16;

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

    /// <summary>
    /// The refusal a peer sent; null when the exception carries none of ours. Whatever the peer wrote, this does not throw: a reason that this
    /// version does not know is <see cref="Reason.Unspecified"/> in the peer's words, and what is malformed is as if it had not been sent.
    /// </summary>
    public static Refusal? ToRefusal(this RpcException exception)
    {
        if (Details(exception) is not { } status || Detail<ErrorInfo>(status) is not { Domain: Domain } info)
            return null;
        var refusal = Reasons.Refuse(Reasons.Named(info.Reason));
        if (info.Metadata.TryGetValue("remedy", out var remedy))
            refusal.Remedy = remedy;
        refusal.Message = status.Message.EndsWith(refusal.Remedy, StringComparison.Ordinal) ? status.Message[..^refusal.Remedy.Length].TrimEnd() : status.Message;
        if (info.Metadata.TryGetValue("request_id", out var id))
            refusal.RequestId = RequestId(id);
        refusal.RetryAfterMs = Milliseconds(Detail<RetryInfo>(status)?.RetryDelay);
        return refusal;
    }

    static Google.Rpc.Status? Details(RpcException exception)
    {
        try
        {
            return exception.GetRpcStatus();
        }
        catch (Exception malformed) when (malformed is InvalidProtocolBufferException or FormatException or InvalidOperationException)
        {
            return null;
        }
    }

    static T? Detail<T>(Google.Rpc.Status status)
        where T : class, IMessage<T>, new()
    {
        try
        {
            return status.GetDetail<T>();
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    /// <summary>16 bytes in hex; empty for anything else.</summary>
    static ByteString RequestId(string hex)
    {
        var id = new byte[RequestIdBytes];
        return Convert.FromHexString(hex, id, out var read, out var written) == OperationStatus.Done && read == hex.Length && written == id.Length
            ? UnsafeByteOperations.UnsafeWrap(id)
            : ByteString.Empty;
    }

    /// <summary>0 without a delay or for one before now; as much as fits for any longer one.</summary>
    static uint Milliseconds(Duration? delay) =>
        delay is null ? 0 : (uint)Math.Clamp(delay.Seconds * 1000m + delay.Nanos / 1_000_000m, 0, uint.MaxValue);
}
