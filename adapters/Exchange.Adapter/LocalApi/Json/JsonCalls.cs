using Exchange.Protocol.Refusals;
using Exchange.V1;
using Google.Protobuf.Reflection;
using Microsoft.AspNetCore.Http;

namespace Exchange.Adapter.LocalApi.Json;

/// <summary>
/// Stands around transcoding: holds the body to its message, and replaces transcoding's own error body by problem
/// details. An answer is kept until it is whole; it is a few kilobytes.
/// </summary>
sealed class JsonCalls(JsonBody body)
{
    public async Task InvokeAsync(HttpContext context, MethodDescriptor method, bool hasBody, RequestDelegate next)
    {
        var state = CallState.Of(context);
        if (hasBody)
            state.Refusal ??= await body.CheckAsync(context, method.InputType);
        if (state.Refusal is not null)
        {
            await ProblemDetails.WriteAsync(context, state.Refusal);
            return;
        }

        var outside = context.Response.Body;
        using var kept = new MemoryStream();
        context.Response.Body = kept;
        try
        {
            await next(context);
            await context.Response.BodyWriter.FlushAsync();
        }
        finally
        {
            context.Response.Body = outside;
        }
        if (context.Response.StatusCode < StatusCodes.Status400BadRequest)
        {
            context.Response.Headers.CacheControl = "no-store";
            context.Response.ContentLength = kept.Length;
            kept.Position = 0;
            await kept.CopyToAsync(outside, context.RequestAborted);
        }
        else
            await ProblemDetails.WriteAsync(context, state.Refusal ?? Reasons.Refuse(Reason.Internal));
    }
}
