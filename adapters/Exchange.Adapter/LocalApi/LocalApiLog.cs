using Microsoft.Extensions.Logging;

namespace Exchange.Adapter.LocalApi;

/// <summary>What the local API logs: never anything a caller sent.</summary>
static partial class LocalApiLog
{
    [LoggerMessage(3001, LogLevel.Information, "The file of callers changed: {Count} callers are in force.")]
    public static partial void CallersReplaced(ILogger log, int count);

    [LoggerMessage(3002, LogLevel.Error, "The file of callers changed and was refused; the earlier one stays in force.\n{Problems}")]
    public static partial void CallersRefused(ILogger log, string problems);

    [LoggerMessage(3003, LogLevel.Error, "A call failed unforeseen: {Type} at {Where}.")]
    public static partial void Unforeseen(ILogger log, string type, string where);
}
