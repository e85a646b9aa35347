using System.Globalization;
using System.Text.Json;
using Exchange.Protocol.Refusals;
using Exchange.V1;
using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace Exchange.Adapter.LocalApi.Json;

/// <summary>A refusal as RFC 9457 problem details.</summary>
static class ProblemDetails
{
    public const string ContentType = "application/problem+json";

    /// <summary>The same names as in the OpenAPI document.</summary>
    public const string Reason = "reason", Remedy = "remedy", RetryAfter = "retry_after_ms", RequestId = "request_id";

    public static async Task WriteAsync(HttpContext context, Refusal refusal)
    {
        var response = context.Response;
        response.Clear();
        response.StatusCode = StatusOf(refusal.Reason);
        response.ContentType = ContentType;
        response.Headers.CacheControl = "no-store";
        if (refusal.RetryAfterMs > 0)
            response.Headers.RetryAfter = ((refusal.RetryAfterMs + 999) / 1000).ToString(CultureInfo.InvariantCulture);
        if (response.StatusCode == StatusCodes.Status401Unauthorized)
            response.Headers.WWWAuthenticate = "Bearer";
        await response.Body.WriteAsync(Write(refusal, response.StatusCode), context.RequestAborted);
    }

    static byte[] Write(Refusal refusal, int status)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            var name = Reasons.Name(refusal.Reason);
            json.WriteStartObject();
            json.WriteString("type", $"urn:xhub:reason:{name}");
            json.WriteString("title", Reasons.Of(refusal.Reason).Message);
            json.WriteNumber("status", status);
            json.WriteString("detail", refusal.Message);
            json.WriteString(Reason, name);
            json.WriteString(Remedy, refusal.Remedy);
            if (refusal.RetryAfterMs > 0)
                json.WriteNumber(RetryAfter, refusal.RetryAfterMs);
            if (!refusal.RequestId.IsEmpty)
                json.WriteString(RequestId, Convert.ToHexStringLower(refusal.RequestId.Span));
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>As google.rpc.Code maps to HTTP; a message too large has a status of its own there.</summary>
    static int StatusOf(Reason reason) => reason == V1.Reason.MessageTooLarge ? StatusCodes.Status413PayloadTooLarge : Reasons.Of(reason).Status switch
    {
        StatusCode.InvalidArgument or StatusCode.FailedPrecondition or StatusCode.OutOfRange => StatusCodes.Status400BadRequest,
        StatusCode.Unauthenticated => StatusCodes.Status401Unauthorized,
        StatusCode.PermissionDenied => StatusCodes.Status403Forbidden,
        StatusCode.NotFound => StatusCodes.Status404NotFound,
        StatusCode.AlreadyExists or StatusCode.Aborted => StatusCodes.Status409Conflict,
        StatusCode.ResourceExhausted => StatusCodes.Status429TooManyRequests,
        StatusCode.Cancelled => StatusCodes.Status499ClientClosedRequest,
        StatusCode.Unavailable => StatusCodes.Status503ServiceUnavailable,
        StatusCode.DeadlineExceeded => StatusCodes.Status504GatewayTimeout,
        _ => StatusCodes.Status500InternalServerError,
    };
}
