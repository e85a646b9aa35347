using Exchange.Adapter.LocalApi.Callers;
using Exchange.V1;
using Microsoft.AspNetCore.Http;

namespace Exchange.Adapter.LocalApi;

/// <summary>What is known of one call, whichever way it came: kept as a feature of its HTTP context.</summary>
sealed class CallState
{
    public Caller? Caller { get; init; }

    /// <summary>Why it was refused: before it began, or by the service.</summary>
    public Refusal? Refusal { get; set; }

    /// <summary>JSON only; gRPC calls name their deadline themselves. Null when the caller named none.</summary>
    public TimeSpan? Wait { get; init; }

    public static CallState Of(HttpContext context) =>
        context.Features.Get<CallState>() ?? throw new InvalidOperationException("The local API was mapped without identifying its callers.");
}
